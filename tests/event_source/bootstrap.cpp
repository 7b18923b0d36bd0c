// A Lambda function of few words, for the function host's tests. It speaks the Runtime API over a raw socket, so that nothing of the
// library tests itself. What it does stands in the event: {"do":"echo"}. Events with Records are batches: it answers with the first
// record in whose text there is "poison".

#include <support/http_client.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <unistd.h>

extern char** environ;

namespace {

using dynamo::testing_support::http_client;

std::string word_after(const std::string& text, std::string_view what, std::size_t from = 0) {
  const std::size_t at = text.find(what, from);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + what.size();
  return text.substr(begin, text.find('"', begin) - begin);
}

std::string answer_batch(const std::string& event) {
  constexpr std::string_view mark = "\"dynamodb\":";
  std::size_t count = 0;
  std::string failed;
  for (std::size_t at = event.find(mark); at != std::string::npos; ++count) {
    const std::size_t next = event.find(mark, at + mark.size());
    const std::string record = event.substr(at, next == std::string::npos ? next : next - at);
    if (failed.empty() && record.find("poison") != std::string::npos)
      failed = word_after(record, R"("SequenceNumber":")");
    at = next;
  }
  const bool last = event.find("the last") != std::string::npos;
  std::printf("batch of %zu%s%s\n", count, failed.empty() ? "" : ", one of them poison", last ? ", and the last" : "");
  std::fflush(stdout);
  return failed.empty() ? "null" : R"({"batchItemFailures":[{"itemIdentifier":")" + failed + "\"}]}";
}

std::string surroundings() {
  std::string all;
  for (char** variable = environ; *variable != nullptr; ++variable) all += std::string(*variable) + "\n";
  std::size_t descriptors = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) ++descriptors;
  return all + "descriptors=" + std::to_string(descriptors) + "\n";
}

class runtime {
 public:
  explicit runtime(std::uint16_t port) : host_(port) {}

  int work() {
    for (;;) {
      const auto got = host_.ask("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n");
      if (!got || got->status != 200) return 4;
      id_ = got->field("lambda-runtime-aws-request-id");
      attempt_ = got->field("lambda-runtime-invocation-id");
      times_ = got->field("lambda-runtime-trace-id") + " " + got->field("lambda-runtime-deadline-ms");
      if (!act(got->body, word_after(got->body, R"("do":")"))) return 5;
    }
  }
  int post(const std::string& what, const std::string& body, const std::string& more = "") {
    const auto got = host_.ask("POST /2018-06-01/runtime/" + what + " HTTP/1.1\r\nHost: a\r\n" + more +
                               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return got ? got->status : 0;
  }

 private:
  bool respond(const std::string& body) { return post("invocation/" + id_ + "/response", body) == 202; }

  bool act(const std::string& event, const std::string& what) {
    if (event.find("\"Records\"") != std::string::npos) return respond(answer_batch(event));
    if (what == "error") {
      return post("invocation/" + id_ + "/error", R"({"errorMessage":"as it was told","errorType":"Function.Told"})",
                  "Lambda-Runtime-Function-Error-Type: Function.Told\r\n") == 202;
    }
    if (what == "die") std::_Exit(3);
    if (what == "hang") ::pause();
    if (what == "large") return post("invocation/" + id_ + "/response", std::string(6'291'457, 'x')) == 413;
    if (what == "wrong id") return respond(std::to_string(post("invocation/another/response", "null")));
    if (what == "next") return true;
    if (what == "print") {
      std::fputs("to output\nand ", stdout);
      std::fflush(stdout);
      std::fputs("without an end", stdout);
      std::fflush(stdout);
      std::fputs("to errors\n", stderr);
      return respond("null");
    }
    if (what == "who") return respond(std::to_string(::getpid()));
    if (what == "attempt") return respond(attempt_);
    if (what == "times") return respond(times_);
    if (what == "two answers") {
      const std::string other = "Lambda-Runtime-Invocation-Id: another\r\n";
      const int late = post("invocation/" + id_ + "/response", "null", other);
      return post("invocation/" + id_ + "/response", std::to_string(late),
                  "Lambda-Runtime-Invocation-Id: " + attempt_ + "\r\n") == 202;
    }
    if (what == "surroundings") return respond(surroundings());
    if (what == "leave a child") {
      const pid_t child = ::fork();
      if (child == 0) {
        ::pause();
        std::_Exit(0);
      }
      return respond(std::to_string(child));
    }
    return respond(event);
  }

  http_client host_;
  std::string id_;
  std::string attempt_;
  std::string times_;  // the trace id, and the deadline
};

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  if (mode == "exits") return 3;
  if (mode == "sleeps") ::pause();
  if (mode == "is stubborn") std::signal(SIGTERM, SIG_IGN);
  const std::string address = std::getenv("AWS_LAMBDA_RUNTIME_API");  // NOLINT(concurrency-mt-unsafe)
  runtime function(static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
  if (mode == "init error") {
    function.post("init/error", R"({"errorMessage":"cannot begin"})");
    return 1;
  }
  return function.work();
}

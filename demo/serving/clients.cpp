#include "clients.hpp"

#include "movies/write_plan.hpp"
#include "served.hpp"
#include "support/files.hpp"
#include "support/process.hpp"

#include <dynamo/json/canonical.hpp>

#include <fmt/core.h>

#include <unordered_map>
#include <vector>

// DEMO_SOURCES comes from CMakeLists.txt.

namespace demo {
namespace {

constexpr auto timeout = std::chrono::seconds(120);  // for the next piece of output

/// The movies that must come, each once.
class expected_movies {
 public:
  expected_movies(const movie_source& source, const movie& first) : source_(source), first_(to_item(first)) {
    for (std::uint64_t index = 0; index < source.size(); ++index) places_.emplace(key_of(item_at(index)), index);
    seen_.resize(source.size());
  }

  /// An item as it came, a line of JSON.
  void take(std::string_view line) {
    ++taken_;
    const dynamo::json::buffer padded(line);
    dynamo::json::cursor in(padded);
    dynamo::json::buffer item;
    if (!dynamo::json::canonicalise_item(in, item)) return note(line);
    const auto at = places_.find(key_of(item.view()));
    if (at == places_.end() || seen_[at->second] || item.view() != item_at(at->second)) return note(line);
    seen_[at->second] = true;
    ++equal_;
  }

  std::uint64_t taken() const { return taken_; }
  std::uint64_t equal() const { return equal_; }
  bool complete() const { return equal_ == seen_.size() && taken_ == equal_; }
  const std::string& first_problem() const { return first_problem_; }

 private:
  std::string item_at(std::uint64_t index) const {
    return index == 0 ? first_ : to_item(with_edition(source_.at(index), write_plan::final_edition(index)));
  }
  void note(std::string_view line) {
    if (first_problem_.empty()) first_problem_ = line;
  }

  const movie_source& source_;
  std::string first_;
  std::unordered_map<std::string, std::uint64_t> places_;  // by key
  std::vector<bool> seen_;
  std::uint64_t taken_ = 0, equal_ = 0;
  std::string first_problem_;
};

/// Calls `take` with each line of what a program says until it ends.
template <class Take>
void for_each_line(child_process& program, Take take) {
  std::string text;
  while (program.read_some(text, timeout)) {
    std::size_t from = 0;
    for (std::size_t end; (end = text.find('\n', from)) != std::string::npos; from = end + 1) {
      take(std::string_view(text).substr(from, end - from));
    }
    text.erase(0, from);
  }
}

bool has_boto3() {
  auto python = child_process::start("python3", {"-c", "import boto3"}, child_process::piped::both);
  if (!python) return false;
  python->read_all(timeout);
  return python->wait().ok();
}

dynamo::result<bool> read_all(screen& out, expected_movies& movies, std::uint64_t all, const std::string& url,
                              std::uint64_t& pages) {
  const std::string script = DEMO_SOURCES "/serving/read_back.py";
  out.say(fmt::format("$ python3 {} {}", script, url));
  auto python = child_process::start("python3", {script, url});
  if (!python) return std::unexpected(python.error());
  for_each_line(*python, [&](std::string_view line) {
    if (line == "page") {
      ++pages;
      out.progress("reading", movies.taken(), all);
    } else {
      movies.take(line);
    }
  });
  out.end_progress();
  const child_process::ending end = python->wait();
  return out.check(end.ok(), "the Python program " + end.to_string());
}

}  // namespace

step_report read_with_boto3(screen& out, const movie_source& source, const movie& first, const std::string& directory) {
  const auto begin = std::chrono::steady_clock::now();
  step_report report("any client");
  if (!has_boto3()) {
    report.left_out = true;
    report.finding = "left out: there is no boto3 here (apt-get install python3-boto3)";
    out.say(report.finding);
    return report;
  }
  out.verbatim(text_of(DEMO_SOURCES "/serving/read_back.py"));
  out.say("");
  out.say(fmt::format("$ dynamo serve --port 0 --data {}", directory));
  auto server = served::start(directory);
  if (!server) {
    out.check(false, server.error().message());
    report.finding = "no server";
    return report;
  }
  out.answer("ready on " + server->url());
  expected_movies movies(source, first);
  std::uint64_t pages = 0;
  const auto ended = read_all(out, movies, source.size(), server->url(), pages);
  if (!ended) out.check(false, ended.error().message());
  const bool same =
      out.check(movies.complete(),
                fmt::format("{} items came in {} pages; {} of {} equal the input, attribute by attribute",
                            grouped(movies.taken()), grouped(pages), grouped(movies.equal()), grouped(source.size())));
  if (!movies.first_problem().empty()) out.answer("not expected: " + movies.first_problem());
  const child_process::ending end = server->stop();
  const bool stopped = out.check(end.ok(), "asked to stop by SIGTERM, the server " + end.to_string());
  report.held = ended && *ended && same && stopped;
  report.finding = fmt::format("{} items in {} pages by boto3, {} equal the input", grouped(movies.taken()),
                               grouped(pages), grouped(movies.equal()));
  report.took = std::chrono::steady_clock::now() - begin;
  return report;
}

step_report leave_server(screen& out, const std::string& directory) {
  const auto begin = std::chrono::steady_clock::now();
  step_report report("left for you");
  const std::string path = whole_path(directory);
  const auto server = leave_server_running(path);
  if (!server) {
    out.check(false, server.error().message());
    report.finding = "no server";
    return report;
  }
  out.say(fmt::format("A server for {} goes on, with any region and any keys:", path));
  out.say("");
  out.verbatim(
      fmt::format("export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=thing AWS_DEFAULT_REGION=local\n"
                  "aws --endpoint-url {0} dynamodb describe-table --table-name movies\n"
                  "aws --endpoint-url {0} dynamodb query --table-name movies --max-items 3 \\\n"
                  "  --key-condition-expression '#y = :y' --expression-attribute-names '{{\"#y\": \"year\"}}' \\\n"
                  "  --expression-attribute-values '{{\":y\": {{\"N\": \"2013\"}}}}'\n"
                  "curl -s {0} -H 'X-Amz-Target: DynamoDB_20120810.Scan' \\\n"
                  "  -H 'Content-Type: application/x-amz-json-1.0' -d '{{\"TableName\": \"movies\", \"Limit\": 1}}'",
                  server->url));
  out.say("");
  out.say(fmt::format("What it says goes to {}. A program that opens {} itself needs it stopped:", server->log, path));
  out.say("");
  out.verbatim(fmt::format("kill {}", server->process));
  report.held = true;
  report.finding = fmt::format("{}, process {}", server->url, server->process);
  report.took = std::chrono::steady_clock::now() - begin;
  return report;
}

}  // namespace demo

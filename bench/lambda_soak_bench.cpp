/// A million invocations with ids that change each time: the runtime stays within the memory that it had after the first tenth. Ends with 1
/// if it does not.
#include "ratio.hpp"

#include <dynamo/http/listener.hpp>
#include <dynamo/lambda.hpp>

#include <lambda/loop.hpp>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include <unistd.h>

namespace dynamo::bench {
namespace {

/// What the allocator may keep, come and go. A leak of 100 bytes an invocation would be 90 MB.
constexpr std::int64_t growth_max = 4'194'304;

std::int64_t resident_bytes() {
  std::int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

/// A host that has so many events, and then none any more: the function ends.
class host final : public http::handler {
 public:
  explicit host(std::uint64_t count) : count_(count) {}
  void handle(const http::request_head& head, json::buffer, http::responder back) noexcept override {
    if (!head.target().ends_with("/next")) {
      answered += head.target().ends_with("/response");
      return std::move(back).send(http::response(202, json::buffer("{}")));
    }
    if (handed_over_ == count_) return std::move(back).send(http::response(500, json::buffer("{}")));
    const std::string number = std::to_string(++handed_over_);
    if (handed_over_ == count_ / 10) begun = resident_bytes();
    http::response r(200, json::buffer(R"({"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"Id":{"N":")" + number +
                                       R"("}},"NewImage":{"Id":{"N":")" + number + R"("}},"SequenceNumber":")" +
                                       number + R"("}}]})"));
    r.add_field("Lambda-Runtime-Aws-Request-Id", "request-" + number);
    r.add_field("Lambda-Runtime-Invocation-Id", "attempt-" + number);
    r.add_field("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=" + number + ";Sampled=1");
    std::move(back).send(std::move(r));
  }

  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::int64_t> begun{0};

 private:
  const std::uint64_t count_;
  std::uint64_t handed_over_ = 0;  // one connection, so one request at a time
};

class silent final : public lambda::log_line_sink {
 public:
  void write(std::string_view) noexcept override {}
};

struct one {
  std::int64_t Id = 0;
};

int soak(std::uint64_t count) {
  http::listener_options one_thread;
  one_thread.threads = 1;
  const auto has = std::make_shared<host>(count);
  auto on = http::listener::open(one_thread, has);
  if (!on) {
    std::fprintf(stderr, "lambda_soak_bench: there is no port\n");
    return 1;
  }
  silent none;
  const lambda::logger log(none, log_level::info, system_clock());
  lambda::runtime_api api(http::client("127.0.0.1", on->port()), log, system_clock(), system_timer());
  std::uint64_t handled = 0;
  const auto handler = [&handled](const change<one>&) { ++handled; };
  lambda::detail::typed_changes<one, decltype(handler)> served(handler, {});
  (void)lambda::loop(api, served, log);
  const std::int64_t growth = resident_bytes() - has->begun;
  const bool good = handled == count && has->answered == count && growth <= growth_max;
  std::printf(
      "\nThe Lambda loop's memory: %lld KB more after %llu invocations than after a tenth of them (at most %lld): %s\n",
      static_cast<long long>(growth / 1'024), static_cast<unsigned long long>(has->answered.load()),
      static_cast<long long>(growth_max / 1'024), good ? "good" : "FAILED");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  const dynamo::bench::ratios arguments(argc, argv);
  if (!arguments.wanted("the Lambda loop's memory")) return 0;
  return dynamo::bench::soak(arguments.quick() ? 50'000 : 1'000'000);
}

#include <dynamo/lambda/serve.hpp>

#include "api_address.hpp"
#include "loop.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <optional>

namespace dynamo::lambda {
namespace {

/// The connection that a signal ends.
std::atomic<http::client*> running{nullptr};

extern "C" void end_running(int) {
  if (http::client* const client = running.load()) client->cancel();
}

/// Has SIGTERM and SIGINT end a connection, as long as it lives.
class signals {
 public:
  explicit signals(http::client& client) noexcept {
    running.store(&client);
    struct sigaction action{};
    action.sa_handler = end_running;
    action.sa_flags = SA_RESTART;  // the handler's own system calls go on
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGTERM, &action, &before_term_);
    ::sigaction(SIGINT, &action, &before_int_);
  }
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;
  ~signals() {
    ::sigaction(SIGTERM, &before_term_, nullptr);
    ::sigaction(SIGINT, &before_int_, nullptr);
    running.store(nullptr);
  }

 private:
  struct sigaction before_term_{};
  struct sigaction before_int_{};
};

/// The API that the environment names.
std::optional<runtime_api> connect(const logger& log) {
  const char* const address = std::getenv("AWS_LAMBDA_RUNTIME_API");  // NOLINT(concurrency-mt-unsafe): nobody writes it
  if (address == nullptr || *address == '\0') {
    log.write(log_level::error, "",
              "AWS_LAMBDA_RUNTIME_API is not set: this program is a Lambda function, and waits for a host");
    return std::nullopt;
  }
  const auto refused = [&](const error& why) {
    log.write(log_level::error, "", "AWS_LAMBDA_RUNTIME_API is no address",
              {{"address", std::string_view(address)}, {"error", std::string_view(why.message())}});
    return std::nullopt;
  };
  const auto read = read_api_address(address);
  if (!read) return refused(read.error());
  auto made = http::client::to(read->host_and_port);
  if (!made) return refused(made.error());
  return runtime_api(*std::move(made), log, system_clock(), system_timer(), read->path);
}

}  // namespace

int run(event_handler& handler) {
  const logger& log = default_logger();
  auto api = connect(log);
  if (!api) return exit_misconfigured;
  set_log_sink([&log](log_level level, std::string_view message) { log.write(level, "", message); });
  const char* const several = std::getenv("AWS_LAMBDA_MAX_CONCURRENCY");  // NOLINT(concurrency-mt-unsafe)
  if (several != nullptr && std::atoi(several) > 1) {
    log.write(log_level::warning, "", "AWS_LAMBDA_MAX_CONCURRENCY is not supported: events are handled one at a time");
  }
  const signals heeded(api->connection());
  return loop(*api, handler, log);
}

int init_error(const error& why) {
  const logger& log = default_logger();
  log.write(log_level::error, "", "the function cannot begin", {{"error", std::string_view(why.message())}});
  auto api = connect(log);
  if (!api) return exit_misconfigured;
  const auto told = api->report_init({std::string(init_failed), why.describe()});
  if (told && *told < 300) return exit_init_failed;
  log.write(log_level::error, "", "the host cannot be told that the function cannot begin");
  return exit_runtime_api_failed;
}

}  // namespace dynamo::lambda

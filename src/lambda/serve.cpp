#include <dynamo/lambda/serve.hpp>

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

std::optional<http::client> connect(const journal& log) {
  const char* const address = std::getenv("AWS_LAMBDA_RUNTIME_API");  // NOLINT(concurrency-mt-unsafe): nobody writes it
  if (address == nullptr || *address == '\0') {
    log.write(log_level::error, "",
              "AWS_LAMBDA_RUNTIME_API is not set: this program is a Lambda function, and waits for a host");
    return std::nullopt;
  }
  auto made = http::client::to(address);
  if (made) return *std::move(made);
  log.write(log_level::error, "", "AWS_LAMBDA_RUNTIME_API is no address",
            {{"error", std::string_view(made.error().message())}});
  return std::nullopt;
}

}  // namespace

int run(event_handler& handler) {
  const journal& log = default_journal();
  auto client = connect(log);
  if (!client) return exit_misconfigured;
  set_log_sink([&log](log_level level, std::string_view message) { log.write(level, "", message); });
  const char* const several = std::getenv("AWS_LAMBDA_MAX_CONCURRENCY");  // NOLINT(concurrency-mt-unsafe)
  if (several != nullptr && std::atoi(several) > 1) {
    log.write(log_level::warning, "", "AWS_LAMBDA_MAX_CONCURRENCY is not supported: events are handled one at a time");
  }
  runtime_api api(*std::move(client), log, system_clock());
  const signals heeded(api.connection());
  return loop(api, handler, log);
}

int init_error(const error& why) {
  const journal& log = default_journal();
  log.write(log_level::error, "", "the function cannot begin", {{"error", std::string_view(why.message())}});
  auto client = connect(log);
  if (!client) return exit_misconfigured;
  runtime_api api(*std::move(client), log, system_clock());
  const auto told = api.report_init({std::string(init_failed), why.describe()});
  if (told && *told < 300) return exit_init_failed;
  log.write(log_level::error, "", "the host cannot be told that the function cannot begin");
  return exit_runtime_api_failed;
}

}  // namespace dynamo::lambda

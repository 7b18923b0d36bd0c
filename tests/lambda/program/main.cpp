// A function whose behaviour its first argument chooses.
#include <dynamo/lambda.hpp>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

struct sample {
  std::int64_t id = 0;
  std::string message;
};

int serve_changes() {
  return dynamo::lambda::serve<sample>([](const dynamo::change<sample>& change) -> dynamo::result<void> {
    if (change.new_image && change.new_image->message == "poison") throw std::runtime_error("poisoned");
    return {};
  });
}

int echo() {
  return dynamo::lambda::serve_json(
      [](std::string_view event) -> dynamo::result<std::string> { return std::string(event); });
}

/// The signal that ends a function comes while an event is handled.
int stop_amid() {
  return dynamo::lambda::serve_json([](std::string_view) -> dynamo::result<std::string> {
    std::raise(SIGTERM);
    return std::string("\"finished\"");
  });
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view mode = count > 1 ? arguments[1] : "";
  if (mode == "changes") return serve_changes();
  if (mode == "echo") return echo();
  if (mode == "stop") return stop_amid();
  if (mode == "init") return dynamo::lambda::init_error(dynamo::error(dynamo::errc::unavailable, "no table today"));
  return 64;
}

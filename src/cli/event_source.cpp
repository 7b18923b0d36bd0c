#include "event_source.hpp"

#include "end_signals.hpp"

#include <dynamo/base/log.hpp>
#include <dynamo/event_source.hpp>
#include <dynamo/remote.hpp>

#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <future>
#include <memory>
#include <string_view>

namespace dynamo::cli {
namespace {

/// For the function, once its invocation under way has ended: as long as Lambda gives it.
constexpr auto time_to_end = std::chrono::milliseconds(500);
/// A signal is noticed at once, and the end of a stream by then.
constexpr auto look_every = std::chrono::milliseconds(200);

void tell(const std::string& text) { std::fputs(("dynamo: " + text + "\n").c_str(), stderr); }

int mapping_failed(const error& why) {
  tell(why.describe());
  return 1;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

event_source::host_options program_of(const event_source_settings& s) {
  event_source::host_options how;
  how.program = s.function;
  how.function_name = file_name(s.function);
  if (!s.region.empty()) how.region = s.region;
  how.time_limit = s.time_limit;
  how.environment = s.environment;
  how.output = [](std::string_view line) {  // not by fmt, which throws when the output is closed
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
  };
  return how;
}

result<event_source::source_options> options_of(const event_source_settings& s, std::stop_token stop) {
  event_source::source_options options;
  options.how.batch_size = s.batch_size;
  options.how.retries_max = s.retries_max;
  options.how.bisect_on_error = s.bisect_on_error;
  if (s.from_latest) options.from = event_source::starting_position::latest;
  options.stop = std::move(stop);
  if (!s.failures.empty()) {
    auto file = event_source::json_lines_file(s.failures);
    if (!file) return std::unexpected(file.error());
    options.on_failure = *std::move(file);
  }
  return options;
}

result<remote_service> service_of(const event_source_settings& s) {
  remote_options options;
  options.profile = s.profile;
  options.region = s.region;
  options.endpoint_url = s.endpoint_url;
  return remote(options);
}

std::string summary(const event_source::run_totals& of) {
  return fmt::format("{} changes handled and {} given up, in {} invocations, of which {} failed", of.records_done,
                     of.records_given_up, of.invocations, of.failed_invocations);
}

}  // namespace

int run_event_source(const event_source_settings& s) {
  const end_signals signals;
  std::signal(SIGPIPE, SIG_IGN);  // the reader of the function's log may be gone, but the function is not
  set_log_sink([](log_level level, std::string_view message) {  // also that it waits for an endpoint, which is an info
    if (level != log_level::debug) tell(std::string(message));
  });
  std::stop_source stop;
  const auto options = options_of(s, stop.get_token());
  if (!options) return mapping_failed(options.error());
  const auto service = service_of(s);
  if (!service) return mapping_failed(service.error());
  const auto host = event_source::function_host::start(program_of(s));
  if (!host) return mapping_failed(host.error());
  tell(fmt::format("changes of {} go to {}; Ctrl-C ends it", s.table, s.function));
  auto running =
      std::async(std::launch::async, [&] { return event_source::run(service->endpoint(), s.table, *host, *options); });
  while (running.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (!signals.came_within(look_every)) continue;
    stop.request_stop();
    break;
  }
  signals.let_through();
  const auto totals = running.get();
  (*host)->stop(time_to_end);
  if (!totals) return mapping_failed(totals.error());
  tell(summary(*totals));
  return 0;
}

}  // namespace dynamo::cli

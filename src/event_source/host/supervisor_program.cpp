#include <dynamo/base/log.hpp>
#include <dynamo/json/writer.hpp>

#include <event_source/host/supervisor.hpp>
#include <event_source/invocation/exponential_backoff.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <unistd.h>

/// The life of the program that a function_host runs.
namespace dynamo::event_source {
namespace {

using std::chrono::milliseconds;

/// Output that is read before anything else gets its turn.
constexpr std::size_t output_at_once_max = 1'048'576;

std::string quoted_message(std::string_view message) {
  json::buffer text(R"({"errorMessage":)");
  json::write_string(text, message);
  text.append('}');
  return std::string(text.view());
}

}  // namespace

result<void> function_host::supervisor::start_child(time_point now) {
  http::listener_options at;
  at.threads = 1;
  at.connections_max = 64;                // of one program that needs one
  at.idle_time = std::chrono::hours(24);  // it works between two requests
  auto api = std::make_shared<runtime_api>(wakeup_);
  result<http::listener> on = http::listener::open(at, api);
  if (!on) return std::unexpected(std::move(on).error());
  result<process> program =
      process::start(options_.program, options_.arguments, environment("127.0.0.1:" + std::to_string(on->port())));
  if (!program) return std::unexpected(std::move(program).error());
  child_.emplace(*std::move(program), std::move(api), *std::move(on));
  child_->init_until = now + options_.init_time;
  return {};
}

void function_host::supervisor::restart(time_point now) {
  const result<void> started = start_child(now);
  if (started) return;
  note_death(now);
  fail_first({outcome::kind::error, quoted_message(started.error().message())});
}

process::variables function_host::supervisor::environment(std::string_view address) const {
  // "Defined runtime environment variables", AWS Lambda Developer Guide.
  std::error_code ignored;
  const std::string folder = std::filesystem::absolute(options_.program, ignored).parent_path().string();
  process::variables all{
      {"AWS_LAMBDA_RUNTIME_API", std::string(address)},
      {"AWS_LAMBDA_FUNCTION_NAME", options_.function_name},
      {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(options_.memory_mb)},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + options_.function_name},
      {"AWS_LAMBDA_LOG_STREAM_NAME", "local"},
      {"AWS_REGION", options_.region},
      {"AWS_DEFAULT_REGION", options_.region},
      {"LAMBDA_TASK_ROOT", folder},
      {"_HANDLER", "bootstrap"},
      {"PATH", "/usr/local/bin:/usr/bin:/bin"},
      {"LANG", "en_US.UTF-8"},
      {"TZ", ":UTC"},
  };
  for (const auto& [name, value] : options_.environment) {
    std::erase_if(all, [&](const auto& there) { return there.first == name; });
    all.emplace_back(name, value);
  }
  return all;
}

void function_host::supervisor::read_output(bool to_the_end) {
  read_output(child_->program.standard_output, child_->output);
  read_output(child_->program.standard_error, child_->errors);
  if (!to_the_end) return;
  child_->output.finish([&](std::string_view line) { give_line(line); });
  child_->errors.finish([&](std::string_view line) { give_line(line); });
}
void function_host::supervisor::read_output(descriptor& from, line_splitter& into) {
  std::array<char, 16'384> bytes;
  for (std::size_t total = 0; from.is_open() && total < output_at_once_max;) {
    const ssize_t size = ::read(from.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return from.close();
    into.take({bytes.data(), static_cast<std::size_t>(size)}, [&](std::string_view line) { give_line(line); });
    total += static_cast<std::size_t>(size);
  }
}
void function_host::supervisor::give_line(std::string_view line) const {
  if (options_.output) return options_.output(line);
  const std::string text = std::string(line) + '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void function_host::supervisor::take_events() {
  runtime_api::events events = child_->api->take_events();
  if (events.init_error) child_->init_error = std::move(*events.init_error);
  if (!events.answer || !current_) return;
  if (events.answer->what == outcome::kind::response) deaths_in_a_row_ = 0;
  finish(std::move(*events.answer));
}

/// The child has ended, of itself or killed.
void function_host::supervisor::bury(time_point now) {
  const bool was_ready = child_->ready;
  const std::string init_error = child_->init_error;
  const std::string how = end_child();
  if (told_to_end_) {
    if (current_) finish({outcome::kind::died, quoted_message("the function was ended: " + how)});
    return;
  }
  note_death(now);
  log(log_level::warning, "function " + options_.function_name + ": its program ended with " + how +
                              (was_ready ? "" : " before it asked for an invocation"));
  if (current_) {
    finish({outcome::kind::died, quoted_message("the function's program ended with " + how)});
  } else if (!was_ready) {
    fail_first({init_error.empty() ? outcome::kind::died : outcome::kind::error,
                init_error.empty() ? quoted_message("the function's program ended with " + how + " as it began")
                                   : init_error});
  }
}

/// Kills it if it runs, reads what it still said, and says how it ended.
std::string function_host::supervisor::end_child() {
  std::string how = child_->program.reap();
  read_output(true);
  take_events();
  child_.reset();
  return how;
}

void function_host::supervisor::note_death(time_point now) {
  const auto longest = std::max(options_.restart_wait_max, options_.restart_wait_first);
  restart_at_ = now + exponential_backoff(options_.restart_wait_first, longest, deaths_in_a_row_++);
}

void function_host::supervisor::check_times(time_point now) {
  if (!child_) return;
  if (current_ && now >= current_until_) {
    end_child();
    if (!current_) return;  // it answered at the last moment
    finish({outcome::kind::timed_out,
            quoted_message(fmt::format("Task timed out after {:.2f} seconds",
                                       static_cast<double>(options_.time_limit.count()) / 1'000))});
    restart_at_ = now;
  } else if (!child_->ready && now >= child_->init_until) {
    end_child();
    note_death(now);
    fail_first(
        {outcome::kind::timed_out, quoted_message("the function's program did not ask for an invocation in time")});
  }
}

}  // namespace dynamo::event_source

#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/event_source/function.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::event_source {

/// A program to run as a Lambda function.
class host_options {
 public:
  std::string program;  ///< the path of what is called `bootstrap` on Lambda
  std::vector<std::string> arguments;
  std::string function_name = "function";
  std::string region = "local";
  unsigned memory_mb = 128;  ///< told to the program, and not enforced

  std::chrono::milliseconds time_limit{3'000};  ///< for an invocation; then the program is killed
  std::chrono::milliseconds init_time{10'000};  ///< until it asks for its first invocation; likewise
  /// After the program died: this, then twice as long each time, until an invocation has succeeded.
  std::chrono::milliseconds restart_wait_first{100};
  std::chrono::milliseconds restart_wait_max{10'000};

  /// Besides what Lambda sets. The host's own environment is not passed on.
  std::vector<std::pair<std::string, std::string>> environment;
  /// For the deadline and the trace id that the program is told; outlives the host. Null: the machine's.
  const clock* wall = nullptr;
  /// Receives what the program writes to its standard output and standard error, line by line; lines of more than 256 KB in pieces.
  /// Called on the host's thread: must not block for long and must not throw. Empty: the lines go to this process's standard error.
  std::function<void(std::string_view line)> output;

  host_options() = default;
};

/// Runs a program as Lambda runs a function: starts it in a process of its own, speaks the Lambda Runtime API (2018-06-01) to it over
/// the loopback interface, and starts it again when it died or was killed. One invocation at a time; others wait in line.
///
///     dynamo::event_source::host_options how;
///     how.program = "build/examples/bootstrap";
///     auto host = dynamo::event_source::function_host::start(how);
///     if (!host) ...
///     dynamo::event_source::run(db->endpoint(), "SampleStreamTable", *host, options);
///
/// - The program runs in a process group of its own, and inherits no descriptor but standard input (/dev/null), output and error.
/// - What it answers beyond 6 MB is refused with 413, and the invocation has failed.
/// - When this process ends in any way, by SIGKILL too, the program and its children are killed. A child of this process that goes on with
///   its descriptors (fork() without exec) puts that off until it ends as well. It takes a small process beside each program, /bin/sh.
/// Thread-safe. Uses a thread, and another one for the program's connection. Linux only.
class function_host final : public function {
 public:
  static constexpr std::size_t waiting_max = 1'024;  ///< invocations; one more is not executed
  static constexpr std::size_t line_size_max = 262'144;

  /// Errors: invalid_argument when there is no such program, or it cannot be executed; unavailable.
  [[nodiscard]] static result<std::shared_ptr<function_host>> start(host_options);
  /// stop() with the grace period that Lambda has: half a second.
  ~function_host() override;
  function_host(const function_host&) = delete;
  function_host& operator=(const function_host&) = delete;

  void invoke(invocation, outcome_sink&) override;
  std::string_view arn() const noexcept override;

  /// Lets the invocation under way end, then the program (SIGTERM), then kills what is left of its process group when the grace period is
  /// over. Returns when it is gone. What waits in line is not executed. Not to be called by an outcome_sink or the output callback.
  void stop(std::chrono::milliseconds grace_period);

 private:
  class supervisor;
  using owned = std::unique_ptr<supervisor, delete_in_own_process>;
  explicit function_host(owned);
  const own_process process_;
  owned supervisor_;
};

}  // namespace dynamo::event_source

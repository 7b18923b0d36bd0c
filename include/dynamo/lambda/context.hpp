#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/lambda/logger.hpp>

#include <chrono>
#include <string>

namespace dynamo::lambda {

/// What a handler may know of an invocation: nothing of who calls. Texts are empty where the host says nothing.
class context {
 public:
  std::string request_id;
  std::string
      invocation_id;  ///< of this attempt: a request that is tried again keeps its request_id. Given back with the answer
  std::string function_arn;  ///< as it was invoked, with version or alias
  std::string trace_id;
  std::string client_context;    ///< JSON of a mobile SDK
  std::string cognito_identity;  ///< JSON of a mobile SDK
  std::string tenant_id;
  instant deadline = instant::max();  ///< by the host's clock; then the function is killed. max(): never

  context() noexcept : context(default_logger(), system_clock(), system_timer()) {}
  /// Made when the event arrives. All three outlive it.
  context(const logger&, const clock& wall, const timer& steady) noexcept;

  /// Until the deadline; 0 when it is over. Counts from the moment at which the event arrived: a clock that is set later changes nothing.
  std::chrono::milliseconds remaining() const noexcept;
  /// Writes a line that carries the request id. The text is the caller's: no item data, no credentials.
  void log(log_level level, std::string_view message, std::initializer_list<log_field> fields = {}) const noexcept {
    logger_->write(level, request_id, message, fields);
  }
  instant now() const noexcept { return wall_->now(); }
  /// For durations.
  std::chrono::steady_clock::time_point steady_now() const noexcept { return steady_->steady_now(); }

 private:
  const logger* logger_;
  const clock* wall_;
  const timer* steady_;
  instant arrived_;  // by each of the two
  std::chrono::steady_clock::time_point arrived_steady_;
};

}  // namespace dynamo::lambda

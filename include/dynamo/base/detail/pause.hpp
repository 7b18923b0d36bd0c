#pragma once

#include <dynamo/base/timer.hpp>

#include <stop_token>

namespace dynamo {

/// Who goes on after a pause. Must stay alive until then.
class pause_owner {
 public:
  /// Called exactly once per start_pause(), possibly before that returns: true after the time, on the timer's thread; false when the
  /// token was asked to stop before, on the thread that asked. Must not block.
  virtual void resume(bool time_passed) noexcept = 0;

 protected:
  ~pause_owner() = default;
};

/// Lets a call wait on the timer, without a thread of its own, until the time has passed or the token is asked to stop. False, and
/// the owner is not called, if the timer has no room. Thread-safe.
[[nodiscard]] bool start_pause(timer&, std::chrono::microseconds, std::stop_token, pause_owner&);

}  // namespace dynamo

#pragma once

#include <memory>
#include <mutex>
#include <stop_token>

namespace dynamo::event_source {

/// Wakes a thread that waits by a timer: the timer gets token(), and raise() ends the wait. One that comes before the wait is
/// not lost, as long as token() was asked for before looking for what the signal announces. Thread-safe.
class wake_signal {
 public:
  /// Asked to stop by the first raise() after this call.
  std::stop_token token() {
    const std::scoped_lock lock(mutex_);
    if (source_.stop_requested()) source_ = std::stop_source();
    return source_.get_token();
  }
  void raise() noexcept {
    std::stop_source now{std::nostopstate};
    {
      const std::scoped_lock lock(mutex_);
      now = source_;
    }
    now.request_stop();  // outside of the lock: the thread that waits may come back at once
  }

 private:
  std::mutex mutex_;
  std::stop_source source_;
};

}  // namespace dynamo::event_source

#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

namespace dynamo::http {

/// Wakes one thread that waits for a socket, because its time is over or because it is told to give up.
///
/// The thread polls descriptor() besides its socket. After each drain() it looks at its clock, and asks cancelled().
/// A deadline that moves on with every request moves no timer: the task that waits for an earlier one is left to run, and waits for
/// the rest. set_until() and drain() belong to the waiting thread, cancel() to any thread and to signal handlers.
class alarm final : public timer_task, public std::enable_shared_from_this<alarm> {
 public:
  static constexpr auto never = std::chrono::steady_clock::time_point::max();

  /// Errors: unavailable (no descriptors left).
  static result<std::shared_ptr<alarm>> make(timer&);
  alarm(timer& time, int descriptor) noexcept : time_(time), descriptor_(descriptor) {}
  alarm(const alarm&) = delete;
  alarm& operator=(const alarm&) = delete;
  ~alarm() override;

  /// Rings at `due`, a point of the timer's time. False if the timer takes no more tasks.
  [[nodiscard]] bool set_until(std::chrono::steady_clock::time_point due);
  /// Forgets the deadline. The timer's task is left for the next one.
  void rest() noexcept;
  /// Forgets the timer's task too.
  void silence() noexcept;
  void cancel() noexcept;
  /// Ends a wait for descriptor(), and no more. For any thread and for signal handlers.
  void wake() noexcept;

  bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
  int descriptor() const noexcept { return descriptor_; }
  void drain() noexcept;

  void run() noexcept override;  ///< by the timer

 private:
  bool wait_for(std::chrono::steady_clock::time_point due);
  void ring() noexcept;

  timer& time_;
  const int descriptor_;  // an eventfd: writing to it is all that a signal handler may do
  std::atomic<bool> cancelled_{false};
  static_assert(std::atomic<bool>::is_always_lock_free);  // or no signal handler may write it
  std::mutex mutex_;                                      // of what follows
  std::chrono::steady_clock::time_point deadline_ = never;
  timer_ticket ticket_;
};

}  // namespace dynamo::http

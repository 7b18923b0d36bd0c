#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>

namespace dynamo {

/// What a timer runs when its time has come.
class timer_task {
 public:
  virtual ~timer_task() = default;
  /// Called at most once for each timer::after(), on the timer's thread. Must not block and must not throw.
  virtual void run() noexcept = 0;
};

/// Names one waiting task of one timer; false if the timer took none.
struct timer_ticket {
  std::chrono::steady_clock::time_point due{};
  std::uint64_t number = 0;  ///< never used twice by one timer; 0: none

  timer_ticket() = default;
  timer_ticket(std::chrono::steady_clock::time_point when, std::uint64_t n) : due(when), number(n) {}
  explicit operator bool() const noexcept { return number != 0; }
};

/// Where the library waits. A port: tests put a virtual clock in its place. Thread-safe.
///
/// Deadlines of requests are points of this timer's steady_now().
class timer {
 public:
  /// A timer holds at most this many waiting tasks: four for each of 16,384 calls under way.
  static constexpr std::size_t waiting_max = 65'536;

  virtual ~timer() = default;

  /// Monotonic time. Not `now`, which is a clock's: a virtual clock is both.
  virtual std::chrono::steady_clock::time_point steady_now() const noexcept = 0;
  /// Runs the task once, not before `wait` has passed, and drops it then. Tasks that are due at the same time run in the order
  /// in which they came. A wait of zero or less still runs it on the timer's thread, never inside this call.
  /// Takes nothing, and answers a ticket that is false, when waiting_max tasks wait already.
  [[nodiscard]] virtual timer_ticket after(std::chrono::microseconds wait, std::shared_ptr<timer_task> task) = 0;
  /// Drops a task. True if it will never run; false if it ran, is running, or was dropped before.
  virtual bool cancel(timer_ticket) noexcept = 0;
  /// Blocks this thread until the time has passed, and answers true; or until the token is asked to stop, and answers false.
  /// Not to be called by a task.
  virtual bool wait(std::chrono::microseconds time, const std::stop_token& stop = {}) = 0;
};

/// The machine's own time, with one thread that starts with the first task. Lives for ever: tasks that wait when the program
/// ends never run. A child of fork() gets another one; its parent's takes no tasks there.
timer& system_timer() noexcept;

}  // namespace dynamo

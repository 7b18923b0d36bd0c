#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace dynamo::testing {

/// Time that passes when the test says so: a clock (for database_options::time) and a timer (for decorators) in one.
///
///     dynamo::testing::virtual_clock time;
///     auto via = dynamo::retrying(db->endpoint(), {}, time);
///     ... start a call that fails; its next attempt waits
///     time.advance(std::chrono::seconds(2));    // the attempt is made, on this thread, before advance() returns
///
/// Thread-safe. Must outlive whatever waits on it.
class virtual_clock final : public clock, public timer {
 public:
  /// What a thread does that blocks in wait().
  enum class blocking : std::uint8_t {
    passes_the_time,    ///< it advances the clock itself and goes on: single-threaded tests need nothing more
    waits_for_advance,  ///< it blocks until another thread has advanced the clock far enough
  };

  /// The first moment of 2026 (UTC), unless another is given.
  explicit virtual_clock(blocking = blocking::passes_the_time);
  virtual_clock(blocking, instant start);
  ~virtual_clock() override;

  instant now() const noexcept override;
  std::chrono::microseconds elapsed() const noexcept override;
  /// Of this object alone: another one is another boot of the machine.
  std::string_view boot_id() const noexcept override;
  /// Begins at the machine's own, so that deadlines which a program computes from it make sense here too.
  std::chrono::steady_clock::time_point steady_now() const noexcept override;

  timer_ticket after(std::chrono::microseconds wait, std::shared_ptr<timer_task> task) override;
  bool cancel(timer_ticket) noexcept override;
  bool wait(std::chrono::microseconds time, const std::stop_token& stop = {}) override;

  /// Lets the time pass and runs, on this thread and each at its own time, the tasks that become due, also those that other
  /// tasks add. Not to be called by a task.
  void advance(std::chrono::microseconds);
  /// Advances to the first task that waits and runs what is due then. False, without any advance, if none waits.
  bool advance_to_next();

  /// Sets now() ahead, or back, as an administrator or a time server does. No time passes: elapsed(), steady_now() and
  /// tasks stand still.
  void jump(std::chrono::microseconds by);

  /// Tasks that have not run, and threads that block in wait().
  std::size_t waiting() const;
  /// Blocks, in real time, until there are so many.
  void wait_until_waiting(std::size_t count) const;

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo::testing

#pragma once

#include <dynamo/base/clock.hpp>

#include <chrono>

namespace dynamo::engine {

/// The time by which records, streams and iterators grow old. It only passes: setting the wall clock does not change it.
///
/// In a database whose wall clock was never set it shows the wall clock's time. Otherwise the two differ by an offset, which is stored
/// (docs/formats.md), so that the next process goes on from there. While no process has the database open the wall clock is believed,
/// except that this clock never goes back. Thread-safe once resume() has returned.
class age_clock final : public clock {
 public:
  /// Smaller differences from the wall clock are not worth storing: nothing here is due at a second.
  static constexpr std::chrono::seconds tolerance{1};

  /// The wall clock outlives this object.
  explicit age_clock(const clock& wall) noexcept : wall_(wall) { begin(wall.now()); }

  /// Goes on where the last process stopped: with its offset, and not before the latest time that is stored.
  void resume(std::chrono::microseconds offset, instant not_before) noexcept;

  instant now() const noexcept override { return began_ + (wall_.elapsed() - elapsed_at_begin_); }
  std::chrono::microseconds elapsed() const noexcept override { return wall_.elapsed(); }
  /// What the wall clock shows more than this one.
  std::chrono::microseconds offset() const noexcept { return wall_.now() - now(); }

 private:
  void begin(instant) noexcept;

  const clock& wall_;
  instant began_{};
  std::chrono::microseconds elapsed_at_begin_{};
};

}  // namespace dynamo::engine

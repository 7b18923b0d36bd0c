#pragma once

#include <dynamo/base/clock.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Where the age clock stood when a process last noted it.
struct stored_clock {
  std::chrono::microseconds offset{};  ///< what the wall clock showed more
  instant age{};
  std::chrono::microseconds elapsed{};  ///< what the machine had counted in that boot
  std::string boot_id{};                ///< empty where the clock had none, and in databases of earlier versions
};

/// The time by which records, streams and iterators grow old. It only passes: setting the wall clock does not change it.
///
/// In a database whose wall clock was never set it shows the wall clock's time. Otherwise the two differ by an offset, which is stored
/// (docs/formats.md), so that the next process goes on from there. In the same boot of the machine it counts on. After a restart of the
/// machine the wall clock is believed, except that this clock never goes back. Thread-safe once resume() has returned.
class age_clock final : public clock {
 public:
  /// Smaller differences from the wall clock are not worth storing: nothing here is due at a second.
  static constexpr std::chrono::seconds tolerance{1};

  /// The wall clock outlives this object.
  explicit age_clock(const clock& wall) noexcept : wall_(wall) { begin(wall.now()); }

  /// Whether this boot of the machine counted what was noted.
  bool is_of_this_boot(const stored_clock&) const noexcept;
  /// Goes on from what the last process noted.
  void resume(const stored_clock&) noexcept;
  /// What resume() takes.
  stored_clock reading() const;

  instant now() const noexcept override { return began_ + (wall_.elapsed() - elapsed_at_begin_); }
  std::chrono::microseconds elapsed() const noexcept override { return wall_.elapsed(); }
  std::string_view boot_id() const noexcept override { return wall_.boot_id(); }
  /// What the wall clock shows more than this one.
  std::chrono::microseconds offset() const noexcept { return wall_.now() - now(); }

 private:
  void begin(instant) noexcept;

  const clock& wall_;
  instant began_{};
  std::chrono::microseconds elapsed_at_begin_{};
};

}  // namespace dynamo::engine

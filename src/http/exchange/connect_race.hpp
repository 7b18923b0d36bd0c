#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace dynamo::http {

/// Which of a host's addresses is tried, and when: one after another, the next one as soon as all that were tried have failed, or some
/// time after the last one was started ("happy eyeballs", RFC 8305, 5). So an address that never answers costs that time, and not a time-out.
/// Pure: the caller connects, and drops the others once one is connected. Not thread-safe.
class connect_race {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds next_after{250};  // RFC 8305, 8
  static constexpr std::size_t addresses_max = 16;             ///< more are not tried
  static constexpr time_point never = time_point::max();

  explicit connect_race(std::size_t addresses) noexcept : count_(std::min(addresses, addresses_max)) {}

  /// The address to try now. To be asked until it says none: at first, after failed(), and at next_at().
  std::optional<std::size_t> next(time_point now) noexcept {
    if (started_ == count_ || (running_ > 0 && now < next_at_)) return std::nullopt;
    ++running_;
    next_at_ = now + next_after;
    return started_++;
  }
  /// When the next one is to be tried although none has failed.
  time_point next_at() const noexcept { return started_ == count_ ? never : next_at_; }
  /// One of those that were started has.
  void failed() noexcept { --running_; }
  /// None is left.
  bool lost() const noexcept { return started_ == count_ && running_ == 0; }

 private:
  std::size_t count_;
  std::size_t started_ = 0;
  std::size_t running_ = 0;
  time_point next_at_ = time_point::min();
};

}  // namespace dynamo::http

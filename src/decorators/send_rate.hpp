#pragma once

#include <dynamo/decorators/retry.hpp>

#include <chrono>

namespace dynamo {

/// One limit of send_rate_settings. Pure: time is an argument, and must not run backwards. Not thread-safe.
///
/// In seconds and requests a second, with the rate w at which throttling was met last, t seconds ago:
///
///     rate(t) = scale * (t - K)^3 + w    with K = cbrt(w * (1 - beta) / scale)
///
/// so that rate(0) = beta * w and rate(K) = w.
class send_rate {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using microseconds = std::chrono::microseconds;

  send_rate(const send_rate_settings&, time_point now) noexcept;

  /// How long the next request would have to wait; zero as long as nothing was throttled.
  microseconds wait(time_point now) noexcept { return wait(taken_ + 1, now); }
  /// Gives the next request its place among those that wait for tokens.
  double take() noexcept;
  /// How long a place still has to wait, at the rate as it is now: less when the rate rises, more when it falls.
  microseconds wait(double place, time_point now) noexcept;
  /// Gives back the token of a place that is not waited for any more: all others move up.
  void give_back() noexcept;

  /// A request was answered.
  void answered(bool throttled, time_point now) noexcept;

  bool limiting() const noexcept { return limiting_; }
  double per_second() const noexcept { return rate_; }    ///< of tokens; meaningless unless limiting()
  double measured() const noexcept { return measured_; }  ///< answers a second, of late

 private:
  double seconds_since_start(time_point now) const noexcept;
  void measure(double now) noexcept;
  void refill(double now) noexcept;
  void set_rate(double rate, double now) noexcept;

  send_rate_settings settings_;
  time_point start_;
  bool limiting_ = false;
  // Times are seconds since start_.
  // Tokens are counted from the first on; a place is the number of its token.
  double rate_ = 0, burst_ = 0, filled_ = 0, filled_at_ = 0, taken_ = 0;
  double throttled_rate_ = 0, throttled_at_ = 0, plateau_after_ = 0;
  double measured_ = 0, measured_at_ = 0, answers_ = 0;
};

}  // namespace dynamo

#pragma once

#include <chrono>

namespace dynamo {

/// Tokens that come at a steady rate and gather up to a limit. May be in debt: what turns out to have cost more than was taken
/// is paid back by later callers, which wait longer. Pure: time is an argument, and must not run backwards. Not thread-safe.
class token_bucket {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Starts full. `per_second` > 0; `capacity` tokens gather at the most.
  token_bucket(double per_second, double capacity, time_point now) noexcept;

  /// How long it takes until `tokens` are there; zero if they are. Tokens that never gather are waited for all the same: they
  /// are taken as a debt. `others` are tokens that somebody else takes before.
  std::chrono::microseconds wait_for(double tokens, time_point now, double others = 0) noexcept;
  /// Takes tokens, into debt if need be. With a negative number, gives back what was not used.
  void take(double tokens, time_point now) noexcept;
  /// What is there; negative is a debt.
  double level(time_point now) noexcept;

 private:
  void refill(time_point now) noexcept;

  double per_second_;
  double capacity_;
  double level_;
  time_point filled_at_;
};

}  // namespace dynamo

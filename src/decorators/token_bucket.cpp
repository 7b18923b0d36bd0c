#include <decorators/token_bucket.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace dynamo {
namespace {

/// A day: long enough to be refused by every caller, short enough for every unit of time.
constexpr double wait_us_max = 86'400e6;

}  // namespace

token_bucket::token_bucket(double per_second, double capacity, time_point now) noexcept
    : per_second_(per_second), capacity_(capacity), level_(capacity), filled_at_(now) {
  assert(per_second > 0 && capacity >= 0);
}

std::chrono::microseconds token_bucket::wait_for(double tokens, time_point now, double others) noexcept {
  refill(now);
  // Sums of fractions miss whole numbers by a little, for which nobody should wait.
  constexpr double rounding = 1e-9;
  const double missing = std::min(tokens, capacity_) + others - level_;
  if (missing <= rounding) return std::chrono::microseconds(0);
  const double wait_us = std::min(std::ceil(missing / per_second_ * 1e6 - rounding), wait_us_max);
  return std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(wait_us));
}

void token_bucket::take(double tokens, time_point now) noexcept {
  refill(now);
  level_ = std::min(level_ - tokens, capacity_);
}

double token_bucket::level(time_point now) noexcept {
  refill(now);
  return level_;
}

void token_bucket::refill(time_point now) noexcept {
  if (now <= filled_at_) return;
  const std::chrono::duration<double> passed = now - filled_at_;
  level_ = std::min(level_ + passed.count() * per_second_, capacity_);
  filled_at_ = now;
}

}  // namespace dynamo

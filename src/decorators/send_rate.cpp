#include <decorators/send_rate.hpp>

#include <algorithm>
#include <cmath>

namespace dynamo {
namespace {

/// Answers are counted in half seconds.
constexpr double slots_per_second = 2;
/// A day, which every caller refuses.
constexpr double turn_us_max = 86'400e6;

/// What is no number counts as too small.
double within(double value, double least, double most) noexcept {
  return value >= least ? std::min(value, most) : least;
}

send_rate_settings within_reason(send_rate_settings settings) noexcept {
  settings.beta = within(settings.beta, 0, 1);
  settings.scale = within(settings.scale, 1e-6, 1e6);
  settings.smoothing = within(settings.smoothing, 0, 1);
  settings.lowest_rate = within(settings.lowest_rate, 1e-3, 1e9);
  settings.smallest_burst = within(settings.smallest_burst, 1, 1e9);
  return settings;
}

}  // namespace

send_rate::send_rate(const send_rate_settings& settings, time_point now) noexcept
    : settings_(within_reason(settings)), start_(now) {}

send_rate::microseconds send_rate::wait(double place, time_point now) noexcept {
  if (!limiting_ || place > taken_ + 1) return microseconds(0);  // a place of another limit, which has been forgotten
  refill(seconds_since_start(now));
  constexpr double rounding = 1e-9;  // sums of fractions miss whole tokens by a little
  const double missing = place - filled_;
  if (missing <= rounding) return microseconds(0);
  return microseconds(
      static_cast<microseconds::rep>(std::min(std::ceil(missing / rate_ * 1e6 - rounding), turn_us_max)));
}

double send_rate::take() noexcept {
  if (!limiting_) return 0;
  taken_ += 1;
  return taken_;
}

void send_rate::give_back() noexcept {
  if (limiting_) filled_ = std::min(filled_ + 1, taken_ + burst_);
}

void send_rate::answered(bool throttled, time_point at) noexcept {
  const double now = seconds_since_start(at);
  measure(now);
  if (throttled) {
    throttled_rate_ = limiting_ ? std::min(measured_, rate_) : measured_;
    throttled_at_ = now;
    plateau_after_ = std::cbrt(throttled_rate_ * (1 - settings_.beta) / settings_.scale);
    if (!limiting_) filled_at_ = now;
    limiting_ = true;
    set_rate(throttled_rate_ * settings_.beta, now);
  } else if (limiting_) {
    const double from_plateau = now - throttled_at_ - plateau_after_;
    set_rate(settings_.scale * from_plateau * from_plateau * from_plateau + throttled_rate_, now);
  }
}

double send_rate::seconds_since_start(time_point now) const noexcept {
  return std::max(std::chrono::duration<double>(now - start_).count(), 0.0);
}

void send_rate::measure(double now) noexcept {
  const double slot = std::floor(now * slots_per_second) / slots_per_second;
  answers_ += 1;
  if (slot <= measured_at_) return;
  const double latest = answers_ / (slot - measured_at_);
  measured_ = latest * settings_.smoothing + measured_ * (1 - settings_.smoothing);
  answers_ = 0;
  measured_at_ = slot;
}

void send_rate::refill(double now) noexcept {
  if (now <= filled_at_) return;
  filled_ = std::min(filled_ + (now - filled_at_) * rate_, taken_ + burst_);
  filled_at_ = now;
}

void send_rate::set_rate(double rate, double now) noexcept {
  refill(now);  // at the rate until now
  rate = std::min(rate, 2 * measured_);
  rate_ = std::max(rate, settings_.lowest_rate);
  burst_ = std::max(rate, settings_.smallest_burst);
  filled_ = std::min(filled_, taken_ + burst_);
}

}  // namespace dynamo

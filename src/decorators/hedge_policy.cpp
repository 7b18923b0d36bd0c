#include <decorators/hedge_policy.hpp>

#include <dynamo/protocol/operation_facts.hpp>

#include <algorithm>

namespace dynamo {
namespace {

/// What is no number counts as none.
double at_least_nothing(double value) noexcept { return value > 0 ? value : 0; }

}  // namespace

bool may_be_hedged(const request& r) noexcept {
  return r.operation != operation_name::get_records && facts_of(r.operation).effect == operation_effect::reads;
}

hedge_policy::hedge_policy(const hedge_settings& settings) noexcept
    : settings_(settings), budget_(at_least_nothing(settings.burst)) {
  if (settings.delay.count() > 0) delay_ = settings.delay;
}

void hedge_policy::called() noexcept {
  const double most = at_least_nothing(settings_.burst);
  budget_ = std::min(budget_ + at_least_nothing(settings_.percent_of_calls) / 100, most);
}

bool hedge_policy::take() noexcept {
  constexpr double rounding = 1e-9;  // twenty times a twentieth is a little less than one
  if (budget_ < 1 - rounding) return false;
  budget_ -= 1;
  return true;
}

void hedge_policy::answered(microseconds time) noexcept {
  if (settings_.delay.count() > 0) return;
  latest_.add(time);
  if (latest_.count() < settings_.learned_from) return;
  delay_ =
      std::max({latest_.percentile(at_least_nothing(settings_.percentile)), settings_.shortest_delay, microseconds(1)});
  latest_ = {};
}

}  // namespace dynamo

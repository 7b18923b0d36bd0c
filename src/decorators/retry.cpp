#include <dynamo/decorators/retry.hpp>

#include <dynamo/protocol/operation_facts.hpp>

#include <algorithm>

namespace dynamo {
namespace {

using std::chrono::microseconds;

/// `first` doubled once for each attempt after the first, but no longer than `longest`.
microseconds longest_wait_before(unsigned attempt, const retry_settings& settings) noexcept {
  const microseconds cap = std::max<microseconds>(settings.longest_wait, microseconds(0));
  microseconds wait = std::clamp<microseconds>(settings.first_wait, microseconds(0), cap);
  for (unsigned doubled = 2; doubled < attempt && wait.count() > 0 && wait < cap; ++doubled) {
    wait = wait > cap / 2 ? cap : 2 * wait;
  }
  return wait;
}

microseconds drawn_from_zero_to(microseconds longest, random_source& random) noexcept {
  const auto choices = static_cast<std::uint64_t>(longest.count()) + 1;
  return microseconds(static_cast<microseconds::rep>(random.next() % choices));
}

// Operations that change nothing may be sent again whatever became of them.
bool may_be_repeated(const request& r) noexcept {
  return facts_of(r.operation).effect == operation_effect::reads || r.repeats == repeatable::yes;
}

}  // namespace

retry_state::retry_state(const retry_settings& settings, const request& r) noexcept
    : retry_state(settings, may_be_repeated(r) ? repeatable::yes : repeatable::no, r.deadline) {}

retry_decision retry_state::after(const error& why, time_point now, random_source& random) noexcept {
  if (!why.retryable()) return retry_decision(retry_verdict::not_retryable);
  if (why.outcome_unknown() && repeats_ == repeatable::no) return retry_decision(retry_verdict::may_be_executed);
  return next(now, random);
}

retry_decision retry_state::after_partial_success(time_point now, random_source& random) noexcept {
  return next(now, random);
}

retry_decision retry_state::next(time_point now, random_source& random) noexcept {
  if (attempt_ >= settings_.attempts) return retry_decision(retry_verdict::attempts_used_up);
  const microseconds wait = drawn_from_zero_to(longest_wait_before(attempt_ + 1, settings_), random);
  if (deadline_ && now + wait >= *deadline_) return retry_decision(retry_verdict::deadline);
  ++attempt_;
  return retry_decision(retry_verdict::again, wait);
}

}  // namespace dynamo

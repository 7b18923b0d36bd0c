#include <dynamo/decorators/retry.hpp>

#include <dynamo/protocol/detail/may_be_repeated.hpp>

#include <algorithm>

namespace dynamo {
namespace {

using std::chrono::microseconds;

/// `first` doubled once for each attempt after the second, but no longer than `longest`.
microseconds longest_wait_before(unsigned attempt, microseconds first, microseconds longest) noexcept {
  const microseconds cap = std::max<microseconds>(longest, microseconds(0));
  microseconds wait = std::clamp<microseconds>(first, microseconds(0), cap);
  for (unsigned doubled = 2; doubled < attempt && wait.count() > 0 && wait < cap; ++doubled) {
    wait = wait > cap / 2 ? cap : 2 * wait;
  }
  return wait;
}

microseconds drawn_from_zero_to(microseconds longest, random_source& random) noexcept {
  const auto choices = static_cast<std::uint64_t>(longest.count()) + 1;
  return microseconds(static_cast<microseconds::rep>(random.next() % choices));
}

/// How much longer than `wait` the service wants the caller to wait, as far as the settings heed it.
microseconds asked_beyond(microseconds wait, std::chrono::milliseconds retry_after,
                          std::chrono::milliseconds extra_max) {
  constexpr std::chrono::milliseconds heeded_max = std::chrono::hours(24);  // so that nothing overflows
  const microseconds most = std::clamp(extra_max, std::chrono::milliseconds(0), heeded_max);
  return std::clamp<microseconds>(std::min(retry_after, heeded_max) - wait, microseconds(0), most);
}

}  // namespace

retry_state::retry_state(const retry_settings& settings, const request& r)
    : retry_state(settings, may_be_repeated(r) ? repeatable::yes : repeatable::no, r.deadline) {}

bool is_throttling(const error& why) noexcept {
  switch (why.code()) {
    case errc::throttled:
    case errc::limit_exceeded:
    case errc::transaction_in_progress: return true;
    default: return false;
  }
}

retry_decision retry_state::after(const error& why, time_point now, random_source& random) noexcept {
  if (!why.retryable()) return retry_decision(retry_verdict::not_retryable);
  if (why.outcome_unknown() && repeats_ == repeatable::no) return retry_decision(retry_verdict::may_be_executed);
  return next(is_throttling(why), why.detail().retry_after, now, random);
}

retry_decision retry_state::after_partial_success(time_point now, random_source& random) noexcept {
  return next(true, {}, now, random);
}

retry_decision retry_state::next(bool throttled, std::chrono::milliseconds retry_after, time_point now,
                                 random_source& random) noexcept {
  if (attempt_ >= settings_.attempts) return retry_decision(retry_verdict::attempts_used_up);
  const microseconds first = throttled ? settings_.first_throttled_wait : settings_.first_wait;
  microseconds wait = drawn_from_zero_to(longest_wait_before(attempt_ + 1, first, settings_.longest_wait), random);
  wait += asked_beyond(wait, retry_after, settings_.retry_after_extra);
  if (deadline_ && now + wait >= *deadline_) return retry_decision(retry_verdict::deadline);
  ++attempt_;
  return retry_decision(retry_verdict::again, wait,
                        throttled ? settings_.budget.per_throttled_retry : settings_.budget.per_retry);
}

}  // namespace dynamo

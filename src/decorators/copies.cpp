#include <decorators/copies.hpp>

#include <dynamo/protocol/detail/request_context.hpp>

namespace dynamo {

request copy_of(const request& original) {
  request copy(original.operation, original.body.copy(), original.repeats);
  detail::request_context(original).apply(copy);
  copy.long_poll = original.long_poll;
  copy.attempt = original.attempt;
  copy.attempts_max = original.attempts_max;
  copy.observation = original.observation;
  return copy;
}

error after_attempts(const error& why, unsigned attempts, bool outcome_unknown) {
  if (why.attempts() == attempts && (why.outcome_unknown() || !outcome_unknown)) return why;
  error_detail detail = why.detail();
  detail.attempts = attempts;
  detail.outcome_unknown = detail.outcome_unknown || outcome_unknown;
  return error(std::move(detail));
}

result<void> check_in_time(const request& r, std::chrono::steady_clock::time_point now) {
  if (r.stop.stop_requested()) return fail(stopped_waiting());
  if (r.deadline && now >= *r.deadline) {
    return fail(errc::timed_out, "The call's deadline passed before it was sent");
  }
  return {};
}

error stopped_waiting() { return error(errc::cancelled, "The call was cancelled before it was sent"); }

}  // namespace dynamo

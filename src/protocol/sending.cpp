#include <dynamo/protocol/detail/sending.hpp>

#include <utility>

namespace dynamo {

result<void> check_in_time(const request& r, std::chrono::steady_clock::time_point now) {
  if (r.stop.stop_requested()) return fail(stopped_waiting());
  if (r.deadline && now >= *r.deadline) {
    return fail(errc::timed_out, "The call's deadline passed before it was sent");
  }
  return {};
}

error stopped_waiting() { return error(errc::cancelled, "The call was cancelled before it was sent"); }

error after_attempts(const error& why, unsigned attempts, bool outcome_unknown) {
  if (why.attempts() == attempts && (why.outcome_unknown() || !outcome_unknown)) return why;
  error_detail detail = why.detail();
  detail.attempts = attempts;
  detail.outcome_unknown = detail.outcome_unknown || outcome_unknown;
  return error(std::move(detail));
}

}  // namespace dynamo

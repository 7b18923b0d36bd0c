#include <dynamo/protocol/call_observer.hpp>

namespace dynamo {

std::string_view to_string(connection_use use) noexcept {
  switch (use) {
    case connection_use::none: return "none";
    case connection_use::kept: return "kept";
    case connection_use::opened: return "opened";
    case connection_use::resumed: return "resumed";
  }
  return {};
}

std::string_view to_string(retry_verdict verdict) noexcept {
  switch (verdict) {
    case retry_verdict::again: return "again";
    case retry_verdict::not_retryable: return "not retryable";
    case retry_verdict::may_be_executed: return "may be executed";
    case retry_verdict::attempts_used_up: return "attempts used up";
    case retry_verdict::deadline: return "deadline";
    case retry_verdict::budget_used_up: return "budget used up";
    case retry_verdict::no_turn: return "no turn";
  }
  return {};
}

const trace_context* trace_to_send(const request& r) noexcept {
  for (const call_observation* each = r.observation.get(); each != nullptr; each = each->outer()) {
    if (has_form_of_traceparent(each->trace().traceparent)) return &each->trace();
  }
  if (r.origin != nullptr && has_form_of_traceparent(r.origin->trace.traceparent)) return &r.origin->trace;
  return nullptr;
}

}  // namespace dynamo

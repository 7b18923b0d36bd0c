#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>

namespace dynamo {

/// errc::cancelled or errc::timed_out, if it is too late to send the request.
[[nodiscard]] result<void> check_in_time(const request&, std::chrono::steady_clock::time_point now);
/// What a call answers that was cancelled before it was sent.
error stopped_waiting();
/// The same error after a number of attempts, of which an earlier one may have been executed.
error after_attempts(const error&, unsigned attempts, bool outcome_unknown);

}  // namespace dynamo

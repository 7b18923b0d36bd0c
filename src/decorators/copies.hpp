#pragma once

#include <dynamo/protocol/endpoint.hpp>

namespace dynamo {

/// A request to send while the original is kept.
request copy_of(const request&);
/// The same error after a number of attempts, of which an earlier one may have been executed.
error after_attempts(const error&, unsigned attempts, bool outcome_unknown);
/// errc::cancelled or errc::timed_out, if it is too late to send the request.
result<void> check_in_time(const request&, std::chrono::steady_clock::time_point now);
error stopped_waiting();

}  // namespace dynamo

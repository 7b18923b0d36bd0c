#pragma once

#include <dynamo/base/timer.hpp>

#include <remote/provider/credential_provider.hpp>

#include <chrono>
#include <stop_token>

namespace dynamo::aws {

/// As credential_provider::start(), but no longer than until the deadline, a point of the timer's, and until the token is asked to stop: then the sink
/// is completed with errc::timed_out or errc::cancelled. Exactly once; possibly before this returns, on this thread or another.
void await_credentials(const credential_provider&, timer&, std::chrono::steady_clock::time_point deadline,
                       const std::stop_token&, credential_sink&);

}  // namespace dynamo::aws

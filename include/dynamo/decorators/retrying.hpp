#pragma once

#include <dynamo/base/random.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/retry.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>

namespace dynamo {

/// An endpoint that sends what failed again, as retry_state decides: throttled requests, failures of the service, lost
/// connections; writes whose outcome is unknown only if they repeat.
///
/// `reply.attempts` and `error::attempts()` count every attempt, those of `inner` too. When it gives up, the answer is the last
/// attempt's error; its outcome is unknown if that of any attempt was. A wait that would pass the request's deadline is not
/// begun; asked to stop while it waits, a call answers errc::cancelled. A timer without room ends the attempts too.
/// `inner` is told which attempt each request is, and of how many: request::attempt, request::attempts_max.
/// Partial results of batches are no failures here: see retry_state::after_partial_success().
///
/// Thread-safety: as any endpoint; timer and random source are used from any thread and must outlive every call.
/// Cost: a copy of the request's body. call() stays on its thread and blocks it while waiting; start() blocks none, and further
/// attempts are started on the timer's thread.
///
///     dynamo::table<users_schema> users{dynamo::retrying(db->endpoint())};
std::shared_ptr<endpoint> retrying(std::shared_ptr<endpoint> inner, const retry_settings& = {}, timer& = system_timer(),
                                   random_source& = system_random());

}  // namespace dynamo

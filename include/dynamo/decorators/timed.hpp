#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/call_times.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>

namespace dynamo {

/// An endpoint whose calls may take so long, and not what `inner` has set for itself: a deadline for each, unless the request has an earlier one; and, where
/// `inner` is dynamo::remote(), the times of connecting and reading. A request that has times already, of a timed() around this one, keeps them. Each request of a query of many pages is a call.
///
/// Thread-safety: as any endpoint; the timer, whose steady_now() deadlines are points of, must outlive every call.
///
///     dynamo::table<users_schema> impatient = users.with(times);     // the same for one table, or for one call
std::shared_ptr<endpoint> timed(std::shared_ptr<endpoint> inner, const call_times&, timer& = system_timer());

}  // namespace dynamo

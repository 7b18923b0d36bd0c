#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/fault_plan.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>

namespace dynamo {

/// An endpoint that fails as the plan says: what a program's tests put around a database to see it cope with a bad day.
///
/// Errors look as on the wire (type, message, body). Of a batch that meets fault::partial_batch a drawn part, at least one
/// element and not all, is executed, and the rest comes back as UnprocessedKeys or UnprocessedItems with the other parameters
/// of its table; a batch of one element is throttled, as DynamoDB does it. What is no well-formed batch passes untouched.
///
/// Thread-safe; the timer, which delays wait on, must outlive every call. start() blocks no thread.
///
///     auto plan = std::make_shared<dynamo::fault_plan>(seed);
///     plan->add(dynamo::fault_rule(dynamo::fault::throttle).with_probability(0.2));
///     dynamo::table<users_schema> users{dynamo::faulty(db->endpoint(), plan)};
std::shared_ptr<endpoint> faulty(std::shared_ptr<endpoint> inner, std::shared_ptr<fault_plan> plan,
                                 timer& = system_timer());

}  // namespace dynamo

#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <memory>

namespace dynamo {

struct remote_options;

/// What to do when another default endpoint is set already.
enum class if_set : std::uint8_t { fail, replace };

/// Sets the endpoint of tables that name none, for the whole process: once, where the program begins. Setting the same one again
/// is fine; another one is errc::in_use unless it is to be replaced. Null, with if_set::replace, takes the default away: then it is
/// as if none had been set.
///
/// Calls under way when the default is replaced finish where they began; the caller that replaces it keeps that endpoint alive until
/// then. Thread-safe. Programs that use several endpoints name them: `table{endpoint}`.
[[nodiscard]] result<void> set_default_endpoint(std::shared_ptr<endpoint>, if_set = if_set::fail);

/// Makes DynamoDB itself, or what speaks its protocol, the default: dynamo::remote() with these options. A program that works as its
/// environment says needs no call of this: the first use of a table that names no endpoint does the same with remote_options(). Where nothing says how to retry, it is retry_settings::adaptive(): 3 attempts, from 1 s on.
///
/// Again with equal options it changes nothing. With other ones it replaces what init() or a first use made before; while calls of that
/// are under way it is errc::in_use, and so where set_default_endpoint() set another one. Other errors: those of dynamo::remote(). Thread-safe.
/// A child of fork() has to call it, or to set an endpoint, where its parent had made one: its parent's answers an error there.
[[nodiscard]] result<void> init(const remote_options&);

/// Passes every call on to what is the default at that moment. Itself it is always the same object and never null, so a
/// table made before the default is set, or outside of a test's scope, follows every change.
///
/// While none is set, the first call makes one: dynamo::remote() with what the environment says. Where there is no region, or nobody has credentials,
/// calls fail, and the error names all places where they were looked for, and how to work without AWS.
/// Thread-safe. Needs neither to be begun nor to be ended: static objects may use it while the program ends. In a child of fork() an endpoint
/// that its parent made answers an error. Cost: a lock and a copied pointer a call.
const std::shared_ptr<endpoint>& default_endpoint();

/// What set_default_endpoint() or init() set; null if nothing is.
std::shared_ptr<endpoint> current_default_endpoint();

}  // namespace dynamo

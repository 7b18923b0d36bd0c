#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>

namespace dynamo {

/// What to do when another default endpoint is set already.
enum class if_set : std::uint8_t { fail, replace };

/// Sets the endpoint of tables that name none, for the whole process: once, where the program begins. Setting the same one again
/// is fine; another one is errc::in_use unless it is to be replaced. Null, with if_set::replace, takes the default away.
///
/// Calls under way when the default is replaced finish where they began; the caller that replaces it keeps that endpoint alive until
/// then. Thread-safe. Programs that use several endpoints name them: `table{endpoint}`.
[[nodiscard]] result<void> set_default_endpoint(std::shared_ptr<endpoint>, if_set = if_set::fail);

/// Passes every call on to what is the default at that moment. Itself it is always the same object and never null, so a
/// table made before the default is set, or outside of a test's scope, follows every change.
///
/// While none is set, calls answer errc::not_supported: AWS over HTTPS is not there yet, and the message says how to work
/// without. Thread-safe. Cost: a lock and a copied pointer a call.
const std::shared_ptr<endpoint>& default_endpoint();

/// What set_default_endpoint() set; null if nothing is.
std::shared_ptr<endpoint> current_default_endpoint();

}  // namespace dynamo

#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <memory>

namespace dynamo::detail {

/// Answers every request at once with an empty reply: for an operation that needs no request, because its outcome is known already.
const std::shared_ptr<endpoint>& empty_reply_endpoint();

}  // namespace dynamo::detail

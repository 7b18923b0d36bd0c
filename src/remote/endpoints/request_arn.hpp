#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/operation_name.hpp>

#include <optional>
#include <string>

namespace dynamo::aws {

/// The ARN by which a request names its table or stream, if it does: the first, where it names several. Its account is asked at that account's
/// own endpoint. Nothing for plain names, and for a body that is not the operation's.
///
/// Pure; cost: one search of the body for "arn:, and a walk through it where that is found. Source: the context parameters of operations
/// in botocore 1.44.8's service models.
std::optional<std::string> arn_of_request(operation_name, const json::buffer& body);

}  // namespace dynamo::aws

#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/json/buffer.hpp>

#include <string_view>

namespace dynamo {

/// The full `__type` under which DynamoDB reports an error code, for example
/// "com.amazon.coral.validate#ValidationException". Codes that arise on this side report InternalServerError or their nearest kin.
std::string_view wire_type(errc) noexcept;
/// The code for a `__type`, with or without its prefix; errc::unrecognized for a type without a word of ours.
errc errc_from_wire_type(std::string_view type) noexcept;

/// The body of an error response: `{"__type":"...","message":"..."}`. `found`, if it is not empty, is the JSON of the item that a failed
/// condition found, and stands between them as `Item`. The message's name begins with a capital where DynamoDB writes it so: in
/// SerializationException, and in three errors of the service model.
json::buffer error_body(std::string_view type, std::string_view message, std::string_view found = {});

}  // namespace dynamo

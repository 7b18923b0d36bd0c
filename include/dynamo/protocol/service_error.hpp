#pragma once

#include <dynamo/base/error.hpp>

#include <string_view>

namespace dynamo {

/// The full `__type` under which DynamoDB reports an error code, for example
/// "com.amazon.coral.validate#ValidationException". Codes that arise on this side report InternalServerError or their nearest kin.
std::string_view wire_type(errc) noexcept;
/// The code for a `__type`, with or without its prefix; errc::unrecognized for a type without a word of ours.
errc errc_from_wire_type(std::string_view type) noexcept;

}  // namespace dynamo

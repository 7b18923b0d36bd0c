#pragma once

#include <dynamo/base/error.hpp>

#include <string_view>

namespace dynamo::number_error {

/// What the older layer of DynamoDB's checks says of a text that number::parse() refuses with `why`. It reads numbers as Java's BigDecimal
/// does: with exponents of 32 bits, which overflow. Pure.
error of_older_layer(std::string_view text, const error& why);

}  // namespace dynamo::number_error

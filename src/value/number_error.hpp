#pragma once

#include <dynamo/base/error.hpp>

#include <string_view>

/// What DynamoDB answers to numbers that it cannot store, letter for letter.
namespace dynamo::number_error {

error not_a_number(std::string_view text);
error too_many_digits();
error overflow();
error underflow();

/// What the older layer of DynamoDB's checks says of a text that number::parse() refuses with `why`. It reads numbers as Java's BigDecimal does.
error of_older_layer(std::string_view text, const error& why);

}  // namespace dynamo::number_error

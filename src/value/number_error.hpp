#pragma once

#include <dynamo/base/error.hpp>

#include <string_view>

/// What DynamoDB answers to numbers that it cannot store, letter for letter.
namespace dynamo::number_error {

error not_a_number(std::string_view text);
error too_many_digits();
error overflow();
error underflow();

}  // namespace dynamo::number_error

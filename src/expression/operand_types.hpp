#pragma once

#include <dynamo/expression/tree.hpp>

#include <optional>
#include <string>

namespace dynamo::expression {

/// What is wrong with the operands of a condition, in DynamoDB's words, without "Invalid <kind>: "; nothing if they are in order. Each operator has as
/// many operands as it takes.
std::optional<std::string> operand_fault(const condition&);

}  // namespace dynamo::expression

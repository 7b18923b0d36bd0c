#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The words in which DynamoDB refuses an expression, kept apart from the decisions.
namespace dynamo::expression {

/// "ConditionExpression", "FilterExpression", ...
std::string_view name_of(parameter) noexcept;
/// errc::validation: "Invalid <parameter>: <what>".
error invalid(parameter, std::string_view what);

/// "[a, b, [3], c]".
std::string describe(const path&);
/// "AttributeValue: {N:3}".
std::string describe_value(std::string_view canonical);
/// "=", "<>", "BETWEEN", "contains": the operator or function of a condition that is not all, any or negation.
std::string_view operator_name(condition::kind) noexcept;
/// "Incorrect operand type for operator or function; operator or function: <name>, operand type: <type>".
std::string incorrect_operand_type(std::string_view name, attribute_type);
std::string wrong_number_of_operands(std::string_view function, std::size_t given);
std::string requires_path(std::string_view function);
/// The type of a canonical value: json::type_of under a shorter name.
attribute_type type_of(std::string_view canonical) noexcept;

}  // namespace dynamo::expression

#pragma once

#include "statement.hpp"
#include "syntax.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>

#include <string>
#include <vector>

/// From what a statement says to what DynamoDB can do. Values have been bound. Errors are in DynamoDB's words, without "Invalid
/// ConditionExpression: " before them: a statement has no such parameter.
namespace dynamo::partiql {

[[nodiscard]] result<expression::condition> condition_of(const node&);
[[nodiscard]] result<expression::update> update_of(const std::vector<step_syntax>&);
/// A path of names and indexes: nothing else, and no more than 32 of them.
[[nodiscard]] result<expression::path> path_of(const node&);

/// What DynamoDB calls an expression that it cannot run: "IsType".
std::string operation_name(const node&);

}  // namespace dynamo::partiql

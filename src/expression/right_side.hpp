#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <string_view>

namespace dynamo::expression {

/// errc::validation: "An operand in the update expression has an incorrect data type".
std::unexpected<error> wrong_operand_type();
/// The value at a path of an item, or nullptr.
const attribute_value* find(const path&, const item&);
/// What the right side of a SET action comes to for this item; errors in DynamoDB's words.
result<attribute_value> right_side(const set_value&, const item&);
/// The tree of a canonical value that has no padding after it.
attribute_value tree_of(std::string_view canonical);

}  // namespace dynamo::expression

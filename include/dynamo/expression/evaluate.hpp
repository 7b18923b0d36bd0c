#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <string_view>
#include <vector>

namespace dynamo::expression {

/// Does the item meet the condition? `item` is canonical JSON with padding after it, or "{}" where there is none.
/// Works on the bytes, without a tree. Types that do not fit make a comparison false, as in DynamoDB.
bool evaluate(const condition&, std::string_view item);

/// Checks that need the operands' types but no item (for example BETWEEN bounds of different types, begins_with on a number):
/// DynamoDB refuses those before it looks at the table.
result<void> check_operand_types(const condition&, parameter);

/// Applies an update to `target` in place. Right sides see the item as it was before. Errors (errc::validation) in DynamoDB's
/// words: a path that does not exist in the item, a wrong type, a number that overflows. On failure `target` is unspecified.
result<void> apply(const update&, item& target);

/// Paths that overlap or conflict (`a` and `a.b`, the same path twice) are refused by DynamoDB.
result<void> check_paths(const update&);
result<void> check_paths(const projection&);

/// Every path an update touches, for UPDATED_OLD and UPDATED_NEW.
std::vector<path> touched(const update&);

/// Appends the part of `item` (canonical, padded) that the projection selects, in canonical form. List elements keep their
/// order and close ranks, as in DynamoDB.
void project(const projection&, std::string_view item, json::buffer& out);

}  // namespace dynamo::expression

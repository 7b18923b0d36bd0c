#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::expression {

/// Does the item meet the condition? `item` is canonical JSON with padding after it, or "{}" where there is none.
/// Works on the bytes, without a tree. Types that do not fit make a comparison false, as in DynamoDB; `<>` is true for an
/// attribute that is not there. size() of a text counts UTF-16 code units, as the service does.
/// Cost: one pass over the item for each path; no allocation except to undo escapes and base64. Thread-safe.
bool evaluate(const condition&, std::string_view item);

/// Checks that need the operands' types but no item (for example BETWEEN bounds of different types, begins_with on a number):
/// DynamoDB refuses those before it looks at the table. parse_condition() has called this; it is here for trees made otherwise.
[[nodiscard]] result<void> check_operand_types(const condition&, parameter);

/// Applies an update to `target` in place. Right sides see the item as it was before, list indexes mean the elements as they
/// were before, elements past a list's end are appended in the order of their indexes. The paths must have passed
/// check_paths(). Errors (errc::validation) in DynamoDB's words: a path that does not exist in the item, a wrong type, a number
/// that overflows, values that alone exceed an item's size; `target` is then as it was. Validates neither keys nor the item's size.
[[nodiscard]] result<void> apply(const update&, item& target);

/// Paths that overlap (`a` and `a.b`, the same path twice) or conflict (`a.b` and `a[0]`) are refused by DynamoDB. The parser
/// has called this; it is here for trees made otherwise. Cost: O(n log n) in the number of steps.
[[nodiscard]] result<void> check_paths(const update&);
[[nodiscard]] result<void> check_paths(const projection&);

/// Every path an update touches, for UPDATED_OLD and UPDATED_NEW.
std::vector<path> touched(const update&);

/// The canonical value at a path of a canonical, padded item: a view into it, or nothing where the path leads nowhere.
std::optional<std::string_view> resolve(const path&, std::string_view item);

/// Appends the part of `item` (canonical, padded) that the projection selects, in canonical form. List elements keep their
/// order and close ranks, as in DynamoDB. Cost: one pass over the item.
void project(const projection&, std::string_view item, json::buffer& out);

}  // namespace dynamo::expression

#pragma once

#include <dynamo/expression/tree.hpp>

#include <cstddef>

namespace dynamo::engine {

/// Bytes that DynamoDB counts for an UpdateExpression whatever the item is: 3, and for each clause its target and what it gives it. UpdateItem
/// refuses more than an item may have, also where the item that it would make is small; key and untouched attributes are not in it.
///
/// A target costs the bytes of its first name, and 4 and its bytes for each further element (of a list index its digits). A path that is read
/// costs 1, and 14 and its bytes for each element, but not its value. A value costs its size at every use. `+` costs 34, `-` 37,
/// if_not_exists 39 and list_append 37, beside both operands, used or not. Observed. Cost: one pass over every value at each of its uses.
std::size_t statement_size(const expression::update&);

}  // namespace dynamo::engine

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::expression {

/// What size() says of a canonical, padded value: the length of a text or binary, the number of members of a set, list or map.
/// Nothing for N, BOOL and NULL, which have no size.
std::optional<std::size_t> measure(std::string_view padded_value);

/// `{"N":"<n>"}`.
std::string number_value(std::size_t);

}  // namespace dynamo::expression

#pragma once

#include <dynamo/expression/tree.hpp>

#include <optional>
#include <string_view>

namespace dynamo::expression {

/// The canonical value at a path of a canonical, padded item: a view into it, or nothing where the path leads nowhere.
std::optional<std::string_view> resolve(const path&, std::string_view item);

/// What stands inside `{"M":` and `}`: the object, array or scalar of a canonical value.
std::string_view content(std::string_view value);

}  // namespace dynamo::expression

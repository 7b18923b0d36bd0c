#pragma once

#include <dynamo/expression/evaluate.hpp>

#include <string_view>

namespace dynamo::expression {

/// What stands inside `{"M":` and `}`: the object, array or scalar of a canonical value.
std::string_view content(std::string_view value);

}  // namespace dynamo::expression

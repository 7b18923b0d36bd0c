#pragma once

#include "parse.hpp"
#include "syntax.hpp"

#include <dynamo/base/result.hpp>

#include <optional>
#include <span>
#include <string>

namespace dynamo::partiql {

/// Gives every literal and every `?` of a statement its canonical value (node::canonical), in the order of the text: the first one at
/// fault is the one that is named. A list, tuple or bag whose members are values is a value itself; the members of a list after IN
/// are bound one by one. Last, no component of a path may be empty.
std::optional<refusal> bind_values(statement_syntax&, std::span<const result<std::string>> parameters);

}  // namespace dynamo::partiql

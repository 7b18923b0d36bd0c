#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/expression_parameters.hpp>

#include <string_view>

namespace dynamo::engine {

/// Appends what the parameters ask for of an item, canonical with padding after it: all of it, the part that the projection selects, or what its
/// paths lead to, under the names of the columns.
void write_projected(json::buffer& out, const expression_parameters&, std::string_view item);

}  // namespace dynamo::engine

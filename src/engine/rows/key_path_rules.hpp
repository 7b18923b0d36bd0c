#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <optional>

namespace dynamo::engine {

/// What an update expression may not do to index keys whatever the item is: reach into one, or give one a value whose type shows
/// in the expression and is the wrong one. What only the item can tell is checked by check_index_keys() when it is made.
result<void> check_key_updates(const table_descriptor&, const expression::update&);

/// "Key attributes must be scalars; ...", for any path that reaches into a key attribute of the table or of an index.
result<void> check_key_path(const table_descriptor&, const expression::path&);
result<void> check_key_paths(const table_descriptor&, const std::optional<expression::projection>&);

}  // namespace dynamo::engine

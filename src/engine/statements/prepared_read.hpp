#pragma once

#include "statement_parameters.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/expression_parameters.hpp>
#include <engine/tables/key_schema.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// `SELECT ... FROM "table" WHERE "pk" = ? AND "sk" = ?`, which was parsed before: its text says all but the values, so that most of the cost of
/// reading one item by a statement is gone.
struct prepared_read {
  std::string table;
  expression_parameters columns;        ///< projection and column_names
  std::vector<std::string> attributes;  ///< that the parameters are the values of, in their order
};

/// The prepared form of a statement, if there is one; null if it has to be parsed, to be executed or to be refused. Each thread keeps the last 64
/// texts of up to 256 bytes that have a `?`, and remembers of the others that there is none. The result is valid until the thread's next call.
const prepared_read* find_prepared_read(const statement_parameters&);

/// The key that its values make; nothing if its attributes are not the table's key, or a value is refused.
std::optional<json::buffer> prepared_key(const prepared_read&, const statement_parameters&, const key_schema&);

}  // namespace dynamo::engine

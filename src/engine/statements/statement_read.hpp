#pragma once

#include "statement_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/parameters/range_parameters.hpp>
#include <engine/rows/key_range.hpp>
#include <engine/rows/read_target.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <partiql/statement.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The key of the one item of a table that a SELECT asks for: equalities of all key attributes, and nothing else. Otherwise nothing, and nothing
/// for an index, and with ORDER BY.
std::optional<json::buffer> find_item_key(const partiql::select&, const key_schema&);

/// What a SELECT answers of each item, for whatever reads it.
void read_columns(partiql::select&, expression_parameters&);

/// A SELECT as a Query or a Scan, of a version of its table.
struct select_plan {
  read_target target;
  range_parameters rows;
  /// Read one after the other. What is before `first` was read by earlier pages.
  std::vector<key_range> ranges;
  std::size_t first = 0;
  direction way = direction::forward;
  bool is_keyed = false;  ///< it knows the partition keys. Otherwise it reads every row of the target
};

/// Errors in DynamoDB's words and in its order: the index, what is asked of it, what it projects, ORDER BY, values that cannot be keys, ranges
/// that overlap, NextToken.
result<select_plan> plan_select(partiql::select, const execute_statement_parameters&, const table_descriptor&,
                                std::string_view store_prefix);

}  // namespace dynamo::engine

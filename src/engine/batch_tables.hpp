#pragma once

#include "parameters.hpp"

#include <dynamo/base/result.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Notes what is wrong with RequestItems as a map: that it is missing or empty, or a name that no table can have.
void check_request_items(bool given, std::span<const std::string_view> names, violations&);

template <class Table>
void check_batch_tables(bool given, const std::vector<Table>& tables, violations& found) {
  std::vector<std::string_view> names;
  names.reserve(tables.size());
  for (const Table& table : tables) names.push_back(table.name);
  check_request_items(given, names, found);
}

/// A table's name twice in one map: which one was meant cannot be known.
std::unexpected<error> table_named_twice(std::string_view name);
std::unexpected<error> duplicate_keys();

}  // namespace dynamo::engine

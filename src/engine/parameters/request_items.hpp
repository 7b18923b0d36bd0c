#pragma once

#include "member_reader.hpp"
#include "table_reference.hpp"

#include <dynamo/base/result.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// What is wrong with RequestItems as a map: that it is empty, or names no table can have. A name that comes twice is refused at once: which
/// one was meant cannot be known. `at_map` stands where RequestItems does.
void check_table_names(member_reader&, const std::vector<std::string_view>&, json::cursor at_map);

/// Reads RequestItems, the parameter of the batches, where the reader stands: a map from names of tables to what is asked of each, which is named as in Java. Calls
/// `read(member_reader&, Table&)` for a new element of `tables` that has its name, and the name or ARN that it was asked by. More of them than requests are allowed are not kept.
template <class Table, class Read>
void read_request_items(member_reader& in, std::string_view java_values, std::vector<Table>& tables,
                        std::size_t requests_max, Read read) {
  const json::cursor at_map = in.in().cursor();
  in.entries(java_values, [&](member_reader& entry, std::string_view name) {
    if (tables.size() > requests_max) {  // too many requests already, as each table has one
      entry.in().cursor().skip();
      return;
    }
    Table& table = tables.emplace_back();
    table.asked = name;
    table.name = table_name_in_arn(name).value_or(name);
    read(entry, table);
  });
  std::vector<std::string_view> names;
  for (const Table& table : tables) names.push_back(table.name);
  if (in.in().ok()) check_table_names(in, names, at_map);
}

/// What was told of an empty map until 2026.
void tell_missing_tables(member_reader&, bool is_empty, std::string_view operation);

std::unexpected<error> duplicate_keys();

}  // namespace dynamo::engine

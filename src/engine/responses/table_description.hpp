#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo::engine {

struct row_statistics {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
};
struct table_statistics {
  row_statistics table;
  std::vector<row_statistics> indexes;  ///< in the descriptor's order; what is missing counts as empty
};

/// `"KeySchema":[...]`, of a table, an index or a stream.
void write_key_elements(json::buffer& out, const key_schema&);

/// What DescribeTable answers under "Table", and CreateTable and DeleteTable under "TableDescription".
void write_table_description(json::buffer& out, const table_descriptor&, std::string_view status,
                             std::string_view region, const table_statistics&);

}  // namespace dynamo::engine

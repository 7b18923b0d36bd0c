#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/table_change.hpp>
#include <engine/tables/table_descriptor.hpp>
#include <engine/tables/table_status.hpp>

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
  std::vector<row_statistics> vector_indexes = {};
};

/// The elements of a KeySchema, of a table, an index or a stream.
void write_key_elements(json::buffer& out, const key_schema&);
/// A time as responses have it: seconds since 1970, with milliseconds.
void write_seconds(json::buffer& out, instant);

/// A table as the operations on tables show it.
struct described_table {
  table_descriptor table;
  table_status status;
  table_statistics statistics;
  instant now{};           ///< decides which day is today
  index_change changed{};  ///< what the change under way does to an index
};

/// The one member that DescribeTable answers, "Table", or CreateTable, UpdateTable and DeleteTable, "TableDescription". Only DescribeTable shows warm
/// throughput that nobody asked for, and since when a table is on demand; DeleteTable shows no keys.
reply write_described_table(std::string_view member, const described_table&, std::string_view region);

}  // namespace dynamo::engine

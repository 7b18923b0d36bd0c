#include "table_changes.hpp"

#include <engine/responses/table_description.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/big_endian.hpp>

#include <algorithm>
#include <cmath>

namespace dynamo::engine {
namespace {

// How many times what was counted up to a row, all of it is. Rows lie in the order of their partitions' hashes, which are spread evenly: a
// quarter of all partitions ends at a quarter of all hashes. Where the rows were of few partitions that says little, and RocksDB is asked how
// many bytes it keeps.
double scale_from(const engine_core& core, std::string_view begin, std::string_view end, std::string_view last,
                  std::size_t partitions) {
  constexpr std::size_t partitions_min = 100;
  if (partitions >= partitions_min) {
    const auto hash = load_big_endian<std::uint64_t>(last.substr(begin.size(), sizeof(std::uint64_t)));
    return std::ldexp(1.0, 64) / std::max(1.0, static_cast<double>(hash));
  }
  const auto counted = static_cast<double>(core.rows->size_of_range(begin, last));
  return static_cast<double>(core.rows->size_of_range(begin, end)) / std::max(1.0, counted);
}

// Rows of a table or an index. Exact where there are few; beyond that an estimate, since a description must not
// cost a walk through millions.
result<row_statistics> count_rows(const engine_core& core, std::uint32_t id) {
  constexpr std::uint64_t exact_rows_max = 10'000;
  json::buffer begin;
  append_table_prefix(begin, core.rows->prefix(), id);
  const std::string end = after_prefix(begin.view());
  row_statistics found;
  std::size_t partitions = 0;
  std::string hash;
  const auto at = core.rows->range(begin.view(), end, direction::forward);
  for (; at->valid() && found.items < exact_rows_max; at->next()) {
    stored_row row;
    if (read_row(at->value(), row)) found.bytes += row.item_size;
    ++found.items;
    const std::string_view of_row = at->key().substr(begin.size(), sizeof(std::uint64_t));
    if (of_row == hash) continue;
    hash = of_row;
    ++partitions;
  }
  if (auto read = at->status(); !read) return std::unexpected(read.error());
  if (at->valid()) {
    if (const double scale = scale_from(core, begin.view(), end, at->key(), partitions); scale > 1) {
      found.items = static_cast<std::uint64_t>(static_cast<double>(found.items) * scale);
      found.bytes = static_cast<std::uint64_t>(static_cast<double>(found.bytes) * scale);
    }
  }
  return found;
}

result<table_statistics> statistics_of(const engine_core& core, const table_descriptor& table) {
  table_statistics found;
  const auto of_table = count_rows(core, table.id);
  if (!of_table) return std::unexpected(of_table.error());
  found.table = *of_table;
  for (const index_descriptor& index : table.indexes) {
    const auto of_index = count_rows(core, index.id);
    if (!of_index) return std::unexpected(of_index.error());
    found.indexes.push_back(*of_index);
  }
  return found;
}

result<described_table> execute(const engine_core& core, const std::string& table) {
  const auto known = core.tables.look_up(table);
  if (!known) return no_such_table(table);
  auto statistics = statistics_of(core, known->entry->descriptor);
  if (!statistics) return std::unexpected(statistics.error());
  return described_table{known->entry->descriptor, known->status, *std::move(statistics)};
}

}  // namespace

result<reply> describe_table(const engine_core& core, const request& r) {
  const auto table = read_table_name(r);
  if (!table) return std::unexpected(table.error());
  const auto described = execute(core, *table);
  if (!described) return std::unexpected(described.error());
  return write_described_table("Table", *described, core.options.region);
}

}  // namespace dynamo::engine

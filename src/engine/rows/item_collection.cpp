#include "item_collection.hpp"

#include "index_key.hpp"
#include "row_key.hpp"

#include <dynamo/json/writer.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {

bool has_item_collections(const table_descriptor& table) noexcept {
  return std::any_of(table.indexes.begin(), table.indexes.end(), [](const index_descriptor& i) { return !i.global; });
}

void write_item_collection(json::buffer& out, const store& rows, const table_descriptor& table, std::string_view item) {
  const std::string_view value = find_key(table.key, item).partition.value_or("{}");
  std::uint64_t bytes = 0;
  const auto add_range = [&](std::string_view begin) { bytes += rows.size_of_range(begin, after_prefix(begin)); };
  std::string scratch;
  if (const auto partition = key_bytes(table.partition_key(), value, key_use::in_item, scratch)) {
    json::buffer begin;
    append_table_prefix(begin, rows.prefix(), table.id);
    (void)append_partition(begin, table.partition_key(), value, key_use::in_item);
    add_range(begin.view());
    const std::string part(*partition);
    for (const index_descriptor& index : table.indexes) {
      if (index.global) continue;
      begin.clear();
      append_index_partition(begin, rows.prefix(), index, {&part, 1});
      add_range(begin.view());
    }
  }
  const std::uint64_t whole_gigabytes = bytes >> 30;
  out.append(R"({"ItemCollectionKey":{)");
  json::write_string(out, table.partition_key().name);
  out.append(':');
  out.append(value);
  out.append(fmt::format(R"(}},"SizeEstimateRangeGB":[{}.0,{}.0]}})", whole_gigabytes, whole_gigabytes + 1));
}

}  // namespace dynamo::engine

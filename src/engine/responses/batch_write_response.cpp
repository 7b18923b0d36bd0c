#include "batch_write_response.hpp"

#include "capacity_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <optional>
#include <utility>

namespace dynamo::engine {
namespace {

// Names of tables need no escape.
void write_unprocessed(json::buffer& out, const batch_write_parameters& p, const std::vector<bool>& unprocessed) {
  std::optional<std::size_t> table;
  for (std::size_t i = 0; i < p.requests.size(); ++i) {
    if (!unprocessed[i]) continue;
    const batch_request& one = p.requests[i];
    if (table == one.table) {
      out.append(',');
    } else {
      if (table) out.append("],");
      out.append(fmt::format(R"("{}":[)", p.tables[one.table].asked));
      table = one.table;
    }
    const bool is_put = one.write.operation == operation_name::put_item;
    out.append(is_put ? R"({"PutRequest":{"Item":)" : R"({"DeleteRequest":{"Key":)");
    out.append(one.write.keyed_item());
    out.append("}}");
  }
  if (table) out.append(']');
}

// Each collection once that an item was written to.
void write_item_collections(json::buffer& out, const batch_write_parameters& p,
                            const std::vector<std::set<std::string>>& by_table) {
  char separator = '{';
  for (std::size_t i = 0; i < by_table.size(); ++i) {
    if (by_table[i].empty()) continue;
    if (separator == '{') out.append(R"(,"ItemCollectionMetrics":)");
    out.append(
        fmt::format(R"({}"{}":[{}])", std::exchange(separator, ','), p.tables[i].asked, fmt::join(by_table[i], ",")));
  }
  if (separator == ',') out.append('}');
}

}  // namespace

json::buffer batch_write_response(const batch_write_parameters& p, const batch_write_outcome& came) {
  json::buffer out;
  out.append(R"({"UnprocessedItems":{)");
  write_unprocessed(out, p, came.unprocessed);
  out.append('}');
  write_capacity_of_all(out, p.capacity, p.tables, came.consumed);
  write_item_collections(out, p, came.item_collections);
  out.append('}');
  return out;
}

}  // namespace dynamo::engine

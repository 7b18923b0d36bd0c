#include "capacity_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {
namespace {

void write_units(json::buffer& out, double units, units_split split) {
  out.append(fmt::format(R"("CapacityUnits":{:.1f})", units));
  if (split == units_split::none) return;
  out.append(fmt::format(R"(,"{}CapacityUnits":{:.1f})", split == units_split::read ? "Read" : "Write", units));
}

// Index names need no escape: letters, digits and "_-.".
void write_parts(json::buffer& out, std::string_view member, const consumed_capacity::by_name& parts,
                 units_split split) {
  if (parts.empty()) return;
  out.append(fmt::format(R"("{}":)", member));
  char separator = '{';
  for (const auto& [name, units] : parts) {
    out.append(fmt::format(R"({}"{}":{{)", std::exchange(separator, ','), name));
    write_units(out, units, split);
    out.append('}');
  }
  out.append("},");
}

// No units: bytes, which no total counts.
void write_vector_bytes(json::buffer& out, const consumed_capacity::by_name& parts) {
  if (parts.empty()) return;
  out.append(R"("VectorIndexes":)");
  char separator = '{';
  for (const auto& [name, bytes] : parts) {
    out.append(
        fmt::format(R"({}"{}":{{"VectorWriteRequestBytes":{:.1f}}})", std::exchange(separator, ','), name, bytes));
  }
  out.append("},");
}

}  // namespace

void write_capacity_object(json::buffer& out, capacity_report report, std::string_view table_name,
                           const consumed_capacity& consumed, units_split split) {
  out.append('{');
  write_units(out, consumed.total(), split);
  out.append(',');
  if (report == capacity_report::indexes) {
    write_parts(out, "GlobalSecondaryIndexes", consumed.global, split);
    write_parts(out, "LocalSecondaryIndexes", consumed.local, split);
    out.append(R"("Table":{)");
    write_units(out, consumed.table, split);
    out.append("},");
    write_vector_bytes(out, consumed.vector_bytes);
  }
  out.append(fmt::format(R"("TableName":"{}"}})", table_name));
}

void write_capacity(json::buffer& out, capacity_report report, std::string_view table_name,
                    const consumed_capacity& consumed) {
  out.append(R"("ConsumedCapacity":)");
  write_capacity_object(out, report, table_name, consumed);
}

}  // namespace dynamo::engine

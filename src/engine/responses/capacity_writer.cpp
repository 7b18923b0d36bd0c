#include "capacity_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {
namespace {

// Index names need no escape: letters, digits and "_-.".
void write_parts(json::buffer& out, std::string_view member, const consumed_capacity::by_name& parts) {
  if (parts.empty()) return;
  out.append(fmt::format(R"("{}":)", member));
  char separator = '{';
  for (const auto& [name, units] : parts) {
    out.append(fmt::format(R"({}"{}":{{"CapacityUnits":{:.1f}}})", std::exchange(separator, ','), name, units));
  }
  out.append("},");
}

}  // namespace

void write_capacity_object(json::buffer& out, capacity_report report, std::string_view table_name,
                           const consumed_capacity& consumed) {
  out.append(fmt::format(R"({{"CapacityUnits":{:.1f},)", consumed.total()));
  if (report == capacity_report::indexes) {
    write_parts(out, "GlobalSecondaryIndexes", consumed.global);
    write_parts(out, "LocalSecondaryIndexes", consumed.local);
    out.append(fmt::format(R"("Table":{{"CapacityUnits":{:.1f}}},)", consumed.table));
  }
  out.append(fmt::format(R"("TableName":"{}"}})", table_name));
}

void write_capacity(json::buffer& out, capacity_report report, std::string_view table_name,
                    const consumed_capacity& consumed) {
  out.append(R"("ConsumedCapacity":)");
  write_capacity_object(out, report, table_name, consumed);
}

}  // namespace dynamo::engine

#include "capacity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace dynamo::engine {
namespace {

double sum_of(const consumed_capacity::by_name& parts) noexcept {
  double sum = 0;
  for (const auto& [name, units] : parts) sum += units;
  return sum;
}

void add_parts(consumed_capacity::by_name& to, const consumed_capacity::by_name& more) {
  for (const auto& [name, units] : more) {
    const auto known = std::find_if(to.begin(), to.end(), [&](const auto& part) { return part.first == name; });
    if (known != to.end()) {
      known->second += units;
    } else {
      to.emplace_back(name, units);
    }
  }
}

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

double consumed_capacity::total() const noexcept { return table + sum_of(global) + sum_of(local); }

void consumed_capacity::add(const consumed_capacity& more) {
  table += more.table;
  add_parts(global, more.global);
  add_parts(local, more.local);
}

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

double read_units(std::size_t bytes, bool consistent) noexcept {
  const auto blocks = static_cast<double>(std::max<std::size_t>(1, (bytes + 4095) / 4096));
  return consistent ? blocks : blocks / 2;
}

double write_units(std::size_t bytes) noexcept {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + 1023) / 1024));
}

}  // namespace dynamo::engine

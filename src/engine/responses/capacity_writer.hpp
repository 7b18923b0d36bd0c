#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/common_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Whether units are told once more as units of reading or of writing, as transactions do.
enum class units_split : std::uint8_t { none, read, write };

/// One object of ConsumedCapacity: `{"CapacityUnits":...,"TableName":...}`, with its parts if they are asked for.
void write_capacity_object(json::buffer& out, capacity_report, std::string_view table_name, const consumed_capacity&,
                           units_split = units_split::none);
/// `"ConsumedCapacity":{...}` without the comma before it.
void write_capacity(json::buffer& out, capacity_report, std::string_view table_name, const consumed_capacity&);

/// `,"ConsumedCapacity":[...]` of a batch, in the order of its tables, or nothing if it is not asked for.
template <class Table>
void write_capacity_of_all(json::buffer& out, capacity_report report, const std::vector<Table>& tables,
                           const std::vector<consumed_capacity>& consumed, units_split split = units_split::none) {
  if (report == capacity_report::none) return;
  out.append(R"(,"ConsumedCapacity":)");
  char separator = '[';
  for (std::size_t i = 0; i < tables.size(); ++i) {
    out.append(std::exchange(separator, ','));
    write_capacity_object(out, report, tables[i].name, consumed[i], split);
  }
  out.append(']');
}

}  // namespace dynamo::engine

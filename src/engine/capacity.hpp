#pragma once

#include "parameters.hpp"

#include <dynamo/json/buffer.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// What a request consumed of one table: units of the table itself and of each index that was read or written.
struct consumed_capacity {
  using by_name = std::vector<std::pair<std::string, double>>;
  double table = 0;
  by_name global;
  by_name local;

  double total() const noexcept;
  /// What a further request consumed of the same table.
  void add(const consumed_capacity&);
};

/// One object of ConsumedCapacity: `{"CapacityUnits":...,"TableName":...}`, with its parts if they are asked for.
void write_capacity_object(json::buffer& out, capacity_report, std::string_view table_name, const consumed_capacity&);
/// `"ConsumedCapacity":{...}` without the comma before it.
void write_capacity(json::buffer& out, capacity_report, std::string_view table_name, const consumed_capacity&);

/// Capacity of reading or writing so many bytes in one go. Source: "Read and write operations", Developer Guide.
double read_units(std::size_t bytes, bool consistent) noexcept;
double write_units(std::size_t bytes) noexcept;

}  // namespace dynamo::engine

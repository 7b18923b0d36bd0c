#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// What a request consumed of one table: units of the table itself and of each index that was read or written.
struct consumed_capacity {
  using by_name = std::vector<std::pair<std::string, double>>;
  double table = 0;
  by_name global;
  by_name local;
  /// Of vector indexes that were written to: bytes, which are no units. A transaction costs no more of them (observed).
  by_name vector_bytes = {};

  double total() const noexcept;
  /// What a further request consumed of the same table.
  void add(const consumed_capacity&);
  /// A transaction's reads and writes cost twice as much. Source: "Capacity management for transactions", Developer Guide.
  void double_up() noexcept;
};

/// Capacity of reading or writing so many bytes in one go. Source: "Read and write operations", Developer Guide.
double read_units(std::size_t bytes, bool consistent) noexcept;
double write_units(std::size_t bytes) noexcept;

}  // namespace dynamo::engine

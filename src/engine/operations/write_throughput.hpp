#pragma once

#include <dynamo/base/result.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>
#include <engine/throughput/throughput_limits.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The throughput that the write of one item needs, and takes: of its table, of every global index that it writes to, and of the partition
/// keys of both. An index without throughput holds up the writes of its table. Does nothing in a database that enforces no throughput.
///
/// Not thread-safe.
class write_throughput {
 public:
  /// `limits` is null where none is enforced.
  explicit write_throughput(throughput_limits* limits) noexcept : limits_(limits) {}
  bool is_enforced() const noexcept { return limits_ != nullptr; }

  // Errors: throttled. The table's check comes first.
  result<void> check_table(const table_descriptor&, std::string_view row_key, std::string_view store_prefix);
  /// `rows` holds the item's index rows from this operation on, and `consumed` is what they consumed.
  result<void> check_indexes(const write_batch& rows, std::size_t first_operation, std::string_view store_prefix,
                             const consumed_capacity& consumed);

  /// Takes what the write has consumed, `factor` times. Once, when it is accepted.
  void charge(const consumed_capacity&, double factor);
  /// The same of an item that was only read. Reads that were not checked before are taken too: they are missing afterwards.
  void charge_read(const table_descriptor&, std::string_view row_key, std::string_view store_prefix,
                   const consumed_capacity&, double factor);

 private:
  /// A row in a global index.
  struct index_part {
    const index_descriptor* index;
    std::uint64_t partition;
    double units;
  };

  throughput_limits* limits_;
  const table_descriptor* table_ = nullptr;  // that was checked last
  std::uint64_t partition_ = 0;
  std::vector<index_part> parts_;
};

}  // namespace dynamo::engine

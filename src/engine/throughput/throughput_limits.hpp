#pragma once

#include "capacity_meter.hpp"
#include "key_range_meters.hpp"
#include "throttling_error.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace dynamo::engine {

/// What a request reads or writes: a table, or one of its indexes. A local index has its table's throughput.
struct metered {
  const table_descriptor& table;
  const index_descriptor* index = nullptr;
  std::optional<std::uint64_t> partition = {};  ///< the hash of the partition key, if it is one
};

/// The throughput that the tables and indexes of a database have left.
///
/// It is kept by the ids of tables and indexes, in memory: it outlives the versions of a table. A process begins with what a table would have
/// gathered had it been unused since it was made. Bounded:
/// of those that have been used, the one that was not used for longest is forgotten. Time is the clock's elapsed(), so that setting the wall
/// clock gives and takes nothing. Thread-safe; requests that are checked at the same time may all be admitted, and what they consume
/// together is missing afterwards.
class throughput_limits {
 public:
  static constexpr std::size_t meters_max = 20'000;
  /// What a new table is given on demand, in a second. Source: "Initial throughput", Developer Guide.
  static constexpr double new_table_reads = 12'000;
  static constexpr double new_table_writes = 4'000;
  /// Of one partition key.
  static constexpr double key_reads = 3'000;
  static constexpr double key_writes = 1'000;

  /// The clock outlives this object. The region stands in the ARNs of errors.
  throughput_limits(const clock&, std::string region);

  /// Whether a request may begin: errc::throttled if not. Consumes nothing.
  result<void> check(capacity_use, const metered&);
  /// Likewise for every global index that a write has consumed of.
  result<void> check_indexes(const table_descriptor&, const consumed_capacity&);
  /// Takes what a request has consumed, `factor` times: transactions cost double.
  void charge(capacity_use, const metered&, const consumed_capacity&, double factor = 1);

  /// How many there are.
  std::size_t meters() const;

 private:
  struct used_meter {
    capacity_meter meter;
    std::uint64_t used;  // greater than of those that were used before
  };

  used_meter& meter_of(capacity_use, const metered&);
  void forget_one();

  const clock& time_;
  const std::string region_;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, used_meter> meters_;  // by id and use
  key_range_meters keys_;
  std::uint64_t uses_ = 0;
};

}  // namespace dynamo::engine

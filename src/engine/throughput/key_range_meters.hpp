#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace dynamo::engine {

/// Which partition keys are hot: each may consume so many units a second, whatever its table may. Source: "a partition can serve up to 3,000
/// reads and 1,000 writes a second", Developer Guide; partitions as DynamoDB has them hold many keys, and no caller sees where they end:
/// here each partition key counts as one.
///
/// Bounded: it remembers 4,096 keys, and forgets first the one of a set of four that has the least left to work off. A hot key is only
/// forgotten for hotter ones. Admits and charges as capacity_meter does, without anything gathered. Not thread-safe.
class key_range_meters {
 public:
  using microseconds = std::chrono::microseconds;
  static constexpr std::size_t ways = 4;
  static constexpr std::size_t sets = 1'024;

  key_range_meters() : entries_(sets) {}

  /// `key` is a hash of all that a key is told apart by. `rate` is what it may consume in a second.
  bool is_exceeded(std::uint64_t key, double rate, microseconds now) const noexcept;
  void charge(std::uint64_t key, double rate, double units, microseconds now) noexcept;

 private:
  struct entry {
    std::uint64_t key = 0;
    double spent = 0;  // at that time; less by `rate` each second
    double rate = 0;
    microseconds when{};
  };
  using set = std::array<entry, ways>;

  static double left(const entry&, microseconds now) noexcept;

  std::vector<set> entries_;
};

}  // namespace dynamo::engine

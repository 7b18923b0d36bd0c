#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace dynamo {

/// How long calls took, in a fixed amount of memory: four buckets for each doubling, from a microsecond to over an hour, so that
/// every answer is accurate to 25 %. Not thread-safe.
class latency_histogram {
 public:
  static constexpr std::size_t buckets_per_octave = 4;
  static constexpr std::size_t bucket_count = 32 * buckets_per_octave;

  void add(std::chrono::microseconds) noexcept;

  std::uint64_t count() const noexcept { return count_; }
  std::chrono::microseconds longest() const noexcept { return longest_; }
  std::chrono::microseconds mean() const noexcept;
  /// The time within which this share of the calls, between 0 and 1, was answered: an upper bound, at most a quarter too
  /// long. Zero without calls.
  std::chrono::microseconds percentile(double share) const noexcept;

 private:
  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::chrono::microseconds total_{0};
  std::chrono::microseconds longest_{0};
};

}  // namespace dynamo

#include <dynamo/decorators/latency_histogram.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

namespace dynamo {
namespace {

using std::chrono::microseconds;

constexpr std::size_t quarters = latency_histogram::buckets_per_octave;

/// Buckets 0 to 3 are the microseconds 0 to 3; then each power of two is cut into four equal parts.
std::size_t bucket_of(std::uint64_t us) noexcept {
  if (us < quarters) return us;
  const auto octave = static_cast<std::size_t>(std::bit_width(us)) - 1;  // at least 2
  const auto quarter = static_cast<std::size_t>(us >> (octave - 2)) & (quarters - 1);
  return std::min((octave - 1) * quarters + quarter, latency_histogram::bucket_count - 1);
}

/// The last microsecond that falls into a bucket.
std::uint64_t end_of(std::size_t bucket) noexcept {
  if (bucket < quarters) return bucket;
  const std::size_t octave = bucket / quarters + 1;
  const std::uint64_t quarter = bucket % quarters;
  return ((quarters + quarter + 1) << (octave - 2)) - 1;
}

}  // namespace

void latency_histogram::add(microseconds time) noexcept {
  const microseconds passed = std::max(time, microseconds(0));
  ++buckets_[bucket_of(static_cast<std::uint64_t>(passed.count()))];
  ++count_;
  total_ += passed;
  longest_ = std::max(longest_, passed);
}

microseconds latency_histogram::mean() const noexcept {
  return count_ == 0 ? microseconds(0) : total_ / static_cast<microseconds::rep>(count_);
}

microseconds latency_histogram::percentile(double share) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += buckets_[i];
    if (seen > 0 && seen >= wanted) return std::min(microseconds(static_cast<microseconds::rep>(end_of(i))), longest_);
  }
  return longest_;
}

}  // namespace dynamo

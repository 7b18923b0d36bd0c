#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace dynamo::vector_search {

/// Floats of a cache line. Rows are laid out in whole lines and begin with one; what is left of the last is zero.
inline constexpr std::size_t line_floats = 16;

/// The sum of a kernel over `stride` floats of the query and a row, in single precision. `stride` is a multiple of line_floats, and both are aligned to
/// a cache line. No prefetching: the processor's own is better at reading from end to end (docs/adr/0017-vectors-are-measured-twice.md).
using kernel = float (*)(const float* query, const float* row, std::size_t stride) noexcept;

/// The kernels for one kind of processor. Each adds up at least eight parts of a row apart and then these, so error_bound() holds for all of
/// them; beyond that their sums differ in rounding.
struct kernels {
  std::string_view name;
  kernel dot;               ///< of q * r
  kernel squared_distance;  ///< of (q - r) * (q - r)
};

/// The error of a kernel's sum, as a part of the sum of its terms' absolute values, is at most this; beside it stands
/// underflow_bound(). It covers the rounding of the exact scores and of what is computed with it, too.
[[nodiscard]] constexpr double error_bound(std::size_t stride) noexcept {
  // An element passes through up to stride / 8 sums of its part, 16 sums of parts, and three roundings of its term. Each is right to 2^-24. (Higham,
  // Accuracy and Stability of Numerical Algorithms, 3.1.) The last factor is for products of such errors.
  const std::size_t roundings = stride / 8 + 16 + 3;
  return static_cast<double>(roundings) * 0x1p-24 * 1.01;
}
/// What terms that are too small for a float may add to the error: half the least float for each of them, and as much again.
[[nodiscard]] constexpr double underflow_bound(std::size_t stride) noexcept {
  return static_cast<double>(stride) * 0x1p-149;
}

/// What this processor can run, the fastest first. The last is the portable one.
[[nodiscard]] std::span<const kernels> available_kernels() noexcept;
/// What searches use: the fastest, unless a test or a benchmark chose another. Thread-safe.
[[nodiscard]] const kernels& kernels_in_use() noexcept;
/// For tests and benchmarks: searches use this one of available_kernels() from now on.
void use_kernels(const kernels& one) noexcept;

extern const kernels portable_kernels;
#if defined(__x86_64__)
extern const kernels avx2_kernels;    ///< only where the processor has AVX2 and FMA
extern const kernels avx512_kernels;  ///< only where it has AVX-512F
#endif

}  // namespace dynamo::vector_search

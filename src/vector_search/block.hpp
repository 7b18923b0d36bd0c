#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

namespace dynamo::vector_search {

/// Frees what aligned_floats() took.
struct free_floats {
  void operator()(float* memory) const noexcept { std::free(memory); }
};
using float_memory = std::unique_ptr<float[], free_floats>;

/// Memory for this many floats, a multiple of line_floats, aligned to a cache line. From 2 MB on it is aligned to 2 MB, and the kernel is asked for huge pages:
/// a scan of small ones misses the translation cache with each row. Throws std::bad_alloc.
[[nodiscard]] float_memory aligned_floats(std::size_t count);

/// Numbers of publications; a row is seen by the searches that began at `from` or later, and before `until`.
using version = std::uint64_t;
inline constexpr version never = std::numeric_limits<version>::max();

/// What a row has beside its vector.
struct row_texts {
  std::string id;
  std::string payload;
};

/// A number of places for rows. What a scan reads of each row lies in arrays of its own.
///
/// Thread-safety: one writer. A reader of version v reads only places for which visible(place, v) is true. The writer lays down a row where no
/// reader's version sees one, and the row that it lays down begins later than each of them.
struct block {
  block(std::size_t places, std::size_t stride);

  [[nodiscard]] const float* row(std::size_t place) const noexcept { return floats.get() + place * stride; }
  [[nodiscard]] bool visible(std::size_t place, version at) const noexcept {
    // In this order: who sees the end that clear() takes away also sees that the row has not begun.
    return at < until[place].load(std::memory_order_acquire) && from[place].load(std::memory_order_acquire) <= at;
  }

  /// Empties a place that no reader sees. Then lay down the row, and end with show().
  void clear(std::size_t place) noexcept {
    from[place].store(never, std::memory_order_relaxed);
    until[place].store(never, std::memory_order_release);
  }
  void show(std::size_t place, version since) noexcept { from[place].store(since, std::memory_order_release); }
  void hide(std::size_t place, version since) noexcept { until[place].store(since, std::memory_order_release); }

  std::size_t places;
  std::size_t stride;
  float_memory floats;
  std::unique_ptr<std::atomic<version>[]> from;
  std::unique_ptr<std::atomic<version>[]> until;
  std::unique_ptr<double[]> length;   ///< |r|
  std::unique_ptr<double[]> squared;  ///< |r|^2
  std::unique_ptr<row_texts[]> texts;
};

/// What a place takes: its floats, its entries in the arrays of a block, and one in a table by id.
[[nodiscard]] constexpr std::size_t bytes_of_place(std::size_t stride) noexcept {
  constexpr std::size_t by_id = 48;
  return stride * sizeof(float) + 2 * sizeof(version) + 2 * sizeof(double) + sizeof(row_texts) + by_id;
}

/// How many places the block after `before` others has: small sets stay small, large ones have few blocks.
[[nodiscard]] std::size_t places_of_block(std::size_t before, std::size_t stride) noexcept;

}  // namespace dynamo::vector_search

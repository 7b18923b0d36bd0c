#include "block.hpp"

#include "kernels.hpp"

#include <algorithm>
#include <new>

#include <sys/mman.h>

namespace dynamo::vector_search {

namespace {

constexpr std::size_t line_bytes = line_floats * sizeof(float);
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t first_block_bytes = std::size_t{64} << 10;
constexpr std::size_t block_bytes_max = std::size_t{32} << 20;

std::unique_ptr<std::atomic<version>[]> never_of_each(std::size_t places) {
  auto versions = std::make_unique<std::atomic<version>[]>(places);
  for (std::size_t i = 0; i < places; ++i) versions[i].store(never, std::memory_order_relaxed);
  return versions;
}

}  // namespace

float_memory aligned_floats(std::size_t count) {
  std::size_t bytes = count * sizeof(float);
  std::size_t alignment = line_bytes;
  if (bytes >= huge_page) {
    alignment = huge_page;
    bytes = (bytes + huge_page - 1) / huge_page * huge_page;
  }
  float_memory memory(static_cast<float*>(std::aligned_alloc(alignment, bytes)));
  if (memory == nullptr) throw std::bad_alloc();
  // A wish: without it everything works, more slowly.
  if (alignment == huge_page) (void)::madvise(memory.get(), bytes, MADV_HUGEPAGE);
  return memory;
}

block::block(std::size_t place_count, std::size_t floats_of_row)
    : places(place_count),
      stride(floats_of_row),
      floats(aligned_floats(place_count * floats_of_row)),
      from(never_of_each(place_count)),
      until(never_of_each(place_count)),
      length(std::make_unique<double[]>(place_count)),
      squared(std::make_unique<double[]>(place_count)),
      texts(std::make_unique<row_texts[]>(place_count)) {}

std::size_t places_of_block(std::size_t before, std::size_t stride) noexcept {
  const std::size_t bytes = before < 9 ? first_block_bytes << before : block_bytes_max;
  return std::max<std::size_t>(1, std::min(bytes, block_bytes_max) / (stride * sizeof(float)));
}

}  // namespace dynamo::vector_search

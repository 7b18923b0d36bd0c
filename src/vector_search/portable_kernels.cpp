#include "kernels.hpp"

namespace dynamo::vector_search {

namespace {

/// Four floats in one register, by the vector extension of g++ and clang: SSE2 on x86-64, NEON on 64-bit Arm.
using quad [[gnu::vector_size(16), gnu::may_alias]] = float;

struct quad_product {
  static quad of(quad query, quad row) noexcept { return query * row; }
};
struct quad_square {
  static quad of(quad query, quad row) noexcept { return (query - row) * (query - row); }
};

const quad& quad_at(const float* aligned) noexcept { return *reinterpret_cast<const quad*>(aligned); }

float sum_of_quads(quad a, quad b) noexcept {
  const quad both = a + b;
  return (both[0] + both[2]) + (both[1] + both[3]);
}

/// One row after the other, in eight parts: as many registers as the least of processors has.
template <class Term>
void portable_sums(const float* query, const float* const* rows, const float* const* next, std::size_t stride,
                   float* sums) noexcept {
  for (std::size_t row = 0; row < rows_at_once; ++row) {
    quad even{};
    quad odd{};
    for (std::size_t i = 0; i < stride; i += line_floats) {
      __builtin_prefetch(next[row] + i);
      even += Term::of(quad_at(query + i), quad_at(rows[row] + i));
      odd += Term::of(quad_at(query + i + 4), quad_at(rows[row] + i + 4));
      even += Term::of(quad_at(query + i + 8), quad_at(rows[row] + i + 8));
      odd += Term::of(quad_at(query + i + 12), quad_at(rows[row] + i + 12));
    }
    sums[row] = sum_of_quads(even, odd);
  }
}

}  // namespace

const kernels portable_kernels{"portable", portable_sums<quad_product>, portable_sums<quad_square>};

}  // namespace dynamo::vector_search

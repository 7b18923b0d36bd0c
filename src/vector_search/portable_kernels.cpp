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

/// In eight parts: as many registers as the least of processors has.
template <class Term>
float portable_sum(const float* query, const float* row, std::size_t stride) noexcept {
  quad even{};
  quad odd{};
  for (std::size_t i = 0; i < stride; i += line_floats) {
    even += Term::of(quad_at(query + i), quad_at(row + i));
    odd += Term::of(quad_at(query + i + 4), quad_at(row + i + 4));
    even += Term::of(quad_at(query + i + 8), quad_at(row + i + 8));
    odd += Term::of(quad_at(query + i + 12), quad_at(row + i + 12));
  }
  return sum_of_quads(even, odd);
}

}  // namespace

const kernels portable_kernels{"portable", portable_sum<quad_product>, portable_sum<quad_square>};

}  // namespace dynamo::vector_search

#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

// Only the functions with this attribute hold such instructions: what this file shares with others is compiled as everywhere.
#define DYNAMO_AVX2 __attribute__((target("avx2,fma")))

namespace dynamo::vector_search {

namespace {

struct avx2_product {
  DYNAMO_AVX2 static __m256 add(__m256 sum, __m256 query, const float* row) noexcept {
    return _mm256_fmadd_ps(query, _mm256_load_ps(row), sum);
  }
};
struct avx2_square {
  DYNAMO_AVX2 static __m256 add(__m256 sum, __m256 query, const float* row) noexcept {
    const __m256 difference = _mm256_sub_ps(query, _mm256_load_ps(row));
    return _mm256_fmadd_ps(difference, difference, sum);
  }
};

DYNAMO_AVX2 float avx2_total(__m256 even, __m256 odd) noexcept {
  const __m256 both = _mm256_add_ps(even, odd);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

template <class Term>
DYNAMO_AVX2 void avx2_sums(const float* query, const float* const* rows, const float* const* next, std::size_t stride,
                           float* sums) noexcept {
  static_assert(rows_at_once == 4);
  __m256 even0 = _mm256_setzero_ps(), even1 = even0, even2 = even0, even3 = even0;
  __m256 odd0 = even0, odd1 = even0, odd2 = even0, odd3 = even0;
  const float *row0 = rows[0], *row1 = rows[1], *row2 = rows[2], *row3 = rows[3];
  const float *next0 = next[0], *next1 = next[1], *next2 = next[2], *next3 = next[3];
  for (std::size_t i = 0; i < stride; i += line_floats) {
    _mm_prefetch(next0 + i, _MM_HINT_T0);
    _mm_prefetch(next1 + i, _MM_HINT_T0);
    _mm_prefetch(next2 + i, _MM_HINT_T0);
    _mm_prefetch(next3 + i, _MM_HINT_T0);
    const __m256 first = _mm256_load_ps(query + i);
    even0 = Term::add(even0, first, row0 + i);
    even1 = Term::add(even1, first, row1 + i);
    even2 = Term::add(even2, first, row2 + i);
    even3 = Term::add(even3, first, row3 + i);
    const __m256 second = _mm256_load_ps(query + i + 8);
    odd0 = Term::add(odd0, second, row0 + i + 8);
    odd1 = Term::add(odd1, second, row1 + i + 8);
    odd2 = Term::add(odd2, second, row2 + i + 8);
    odd3 = Term::add(odd3, second, row3 + i + 8);
  }
  sums[0] = avx2_total(even0, odd0);
  sums[1] = avx2_total(even1, odd1);
  sums[2] = avx2_total(even2, odd2);
  sums[3] = avx2_total(even3, odd3);
}

}  // namespace

const kernels avx2_kernels{"avx2", avx2_sums<avx2_product>, avx2_sums<avx2_square>};

}  // namespace dynamo::vector_search
#endif

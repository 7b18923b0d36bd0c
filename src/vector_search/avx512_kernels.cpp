#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

// See avx2_kernels.cpp.
#define DYNAMO_AVX512 __attribute__((target("avx512f")))

namespace dynamo::vector_search {

namespace {

struct avx512_product {
  DYNAMO_AVX512 static __m512 add(__m512 sum, __m512 query, const float* row) noexcept {
    return _mm512_fmadd_ps(query, _mm512_load_ps(row), sum);
  }
};
struct avx512_square {
  DYNAMO_AVX512 static __m512 add(__m512 sum, __m512 query, const float* row) noexcept {
    const __m512 difference = _mm512_sub_ps(query, _mm512_load_ps(row));
    return _mm512_fmadd_ps(difference, difference, sum);
  }
};

/// Not _mm512_reduce_add_ps, of which g++ 12 warns falsely.
DYNAMO_AVX512 float avx512_total(__m512 sum) noexcept {
  const __m256 low = __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7);
  const __m256 high = __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m256 both = _mm256_add_ps(low, high);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

template <class Term>
DYNAMO_AVX512 float avx512_sum(const float* query, const float* row, std::size_t stride) noexcept {
  __m512 sum0 = _mm512_setzero_ps(), sum1 = sum0;
  std::size_t i = 0;
  for (; i + 2 * line_floats <= stride; i += 2 * line_floats) {
    sum0 = Term::add(sum0, _mm512_load_ps(query + i), row + i);
    sum1 = Term::add(sum1, _mm512_load_ps(query + i + line_floats), row + i + line_floats);
  }
  if (i < stride) sum0 = Term::add(sum0, _mm512_load_ps(query + i), row + i);
  return avx512_total(_mm512_add_ps(sum0, sum1));
}

}  // namespace

const kernels avx512_kernels{"avx512", avx512_sum<avx512_product>, avx512_sum<avx512_square>};

}  // namespace dynamo::vector_search
#endif

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
DYNAMO_AVX2 float avx2_sum(const float* query, const float* row, std::size_t stride) noexcept {
  __m256 sum0 = _mm256_setzero_ps(), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  std::size_t i = 0;
  for (; i + 2 * line_floats <= stride; i += 2 * line_floats) {
    sum0 = Term::add(sum0, _mm256_load_ps(query + i), row + i);
    sum1 = Term::add(sum1, _mm256_load_ps(query + i + 8), row + i + 8);
    sum2 = Term::add(sum2, _mm256_load_ps(query + i + 16), row + i + 16);
    sum3 = Term::add(sum3, _mm256_load_ps(query + i + 24), row + i + 24);
  }
  if (i < stride) {
    sum0 = Term::add(sum0, _mm256_load_ps(query + i), row + i);
    sum1 = Term::add(sum1, _mm256_load_ps(query + i + 8), row + i + 8);
  }
  return avx2_total(_mm256_add_ps(sum0, sum1), _mm256_add_ps(sum2, sum3));
}

}  // namespace

const kernels avx2_kernels{"avx2", avx2_sum<avx2_product>, avx2_sum<avx2_square>};

}  // namespace dynamo::vector_search
#endif

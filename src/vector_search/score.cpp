#include "score.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace dynamo::vector_search {

namespace {

constexpr std::size_t parts = 8;

double total(const std::array<double, parts>& of) noexcept {
  return ((of[0] + of[1]) + (of[2] + of[3])) + ((of[4] + of[5]) + (of[6] + of[7]));
}

/// The sum of term(a[i], b[i]). The compiler may do several parts at once, but not reorder the sum of one.
template <class Term>
double sum_of(const float* a, const float* b, std::size_t count, Term term) noexcept {
  std::array<double, parts> sums{};
  std::size_t i = 0;
  for (; i + parts <= count; i += parts) {
    for (std::size_t part = 0; part < parts; ++part) {
      sums[part] += term(static_cast<double>(a[i + part]), static_cast<double>(b[i + part]));
    }
  }
  for (std::size_t part = 0; i + part < count; ++part) {
    sums[part] += term(static_cast<double>(a[i + part]), static_cast<double>(b[i + part]));
  }
  return total(sums);
}

}  // namespace

double exact_dot(const float* a, const float* b, std::size_t count) noexcept {
  return sum_of(a, b, count, [](double x, double y) noexcept { return x * y; });
}

double exact_squared_distance(const float* a, const float* b, std::size_t count) noexcept {
  return sum_of(a, b, count, [](double x, double y) noexcept { return (x - y) * (x - y); });
}

double cosine_distance(double dot, double squared_a, double squared_b) noexcept {
  // The root of a square is exact: a vector's distance to itself is 0, not nearly 0.
  const double lengths = std::sqrt(squared_a * squared_b);
  return lengths == 0 ? 1 : std::clamp(1 - dot / lengths, 0.0, 2.0);
}

double score(distance kind, std::span<const float> a, std::span<const float> b) noexcept {
  assert(a.size() == b.size());
  const std::size_t count = a.size();
  switch (kind) {
    case distance::euclidean: return std::sqrt(exact_squared_distance(a.data(), b.data(), count));
    case distance::dot_product: return exact_dot(a.data(), b.data(), count) + 0.0;  // no -0
    case distance::cosine: break;
  }
  return cosine_distance(exact_dot(a.data(), b.data(), count), exact_dot(a.data(), a.data(), count),
                         exact_dot(b.data(), b.data(), count));
}

bool all_finite(std::span<const float> elements) noexcept {
  return std::ranges::all_of(elements, [](float x) { return std::isfinite(x); });
}

}  // namespace dynamo::vector_search

#pragma once

#include <dynamo/vector_search/vector_set.hpp>

#include <gtest/gtest.h>
#include <vector_search/kernels.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::vector_search {

inline void PrintTo(const match& m, std::ostream* out) { *out << m.id << " (" << m.score << ")"; }

}  // namespace dynamo::vector_search

namespace vector_search_test {

using namespace dynamo::vector_search;
using vector = std::vector<float>;

inline constexpr distance all_distances[] = {distance::cosine, distance::euclidean, distance::dot_product};

/// Rows by id, and what a search over them must find: each is scored, and all are sorted.
struct brute_force {
  std::map<std::string, std::pair<vector, std::string>> rows;

  std::vector<match> search(const query& q) const {
    std::vector<match> all;
    for (const auto& [id, row] : rows) {
      if (!q.filter || q.filter(id, row.second)) all.push_back({id, row.second, score(q.kind, q.vector, row.first)});
    }
    std::ranges::sort(all, [&](const match& a, const match& b) {
      if (a.score != b.score) return greater_is_nearer(q.kind) ? a.score > b.score : a.score < b.score;
      return a.id < b.id;
    });
    all.resize(std::min(all.size(), q.top_k));
    return all;
  }
};

inline std::vector<match> found(const vector_set& set, query q) {
  search s = set.begin(std::move(q));
  s.run();
  return s.take();
}

/// Sets of vectors as they come, and as they are awkward.
enum class vectors_are : std::uint8_t { spread, few_values, near_each_other, of_all_magnitudes };

inline vector make_vector(std::mt19937_64& random, std::size_t dimensions, vectors_are kind) {
  std::uniform_real_distribution<float> spread(-1, 1);
  std::uniform_int_distribution<int> few(-1, 1);
  std::uniform_int_distribution<int> exponents(-149, 127);
  vector made(dimensions);
  for (float& x : made) {
    switch (kind) {
      case vectors_are::spread: x = spread(random); break;
      case vectors_are::few_values: x = static_cast<float>(few(random)); break;  // many ties, and zero vectors
      case vectors_are::near_each_other: x = 1000 + spread(random) * 0.001F; break;
      case vectors_are::of_all_magnitudes: x = std::ldexp(spread(random), exponents(random)); break;
    }
  }
  return made;
}

/// Searches with each of the processor's kernels, one after the other.
template <class Test>
void with_each_kernel(Test test) {
  for (const kernels& one : available_kernels()) {
    SCOPED_TRACE(one.name);
    use_kernels(one);
    test();
  }
  use_kernels(available_kernels().front());
}

}  // namespace vector_search_test

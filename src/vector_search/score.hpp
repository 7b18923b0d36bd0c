#pragma once

#include <dynamo/vector_search/distance.hpp>

#include <cstddef>

namespace dynamo::vector_search {

/// The parts of score(), for vectors whose squared lengths are known. Each sum is made in double precision, in eight parts: the i-th element
/// goes to part i % 8. So zeros after the last element change nothing. Pure.
[[nodiscard]] double exact_dot(const float* a, const float* b, std::size_t count) noexcept;
[[nodiscard]] double exact_squared_distance(const float* a, const float* b, std::size_t count) noexcept;
[[nodiscard]] double cosine_distance(double dot, double squared_a, double squared_b) noexcept;

}  // namespace dynamo::vector_search

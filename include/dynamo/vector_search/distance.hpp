#pragma once

#include <cstdint>
#include <span>

namespace dynamo::vector_search {

/// What a vector has at most: DynamoDB's limit of an index's Dimensions.
inline constexpr int dimensions_max = 4096;

/// How near two vectors are.
enum class distance : std::uint8_t {
  cosine,       ///< 1 - a.b / (|a| |b|), 0 for the same direction, 2 for the opposite; 1 if one of them is zero
  euclidean,    ///< |a - b|, 0 for the same vector
  dot_product,  ///< a.b: a similarity, the greater the nearer
};

/// Whether a nearer vector has the greater score, instead of the lesser.
[[nodiscard]] constexpr bool greater_is_nearer(distance kind) noexcept { return kind == distance::dot_product; }

/// The score of two vectors of the same length, with every step in double precision and in one fixed order. So it is the same, bit for
/// bit, on every machine, and is finite for finite vectors. The unit of `cosine` is none, of `euclidean` that of the
/// elements, of `dot_product` its square. Pure; thread-safe.
[[nodiscard]] double score(distance kind, std::span<const float> a, std::span<const float> b) noexcept;

/// Whether each element is a finite number: what a vector_set takes.
[[nodiscard]] bool all_finite(std::span<const float> elements) noexcept;

}  // namespace dynamo::vector_search

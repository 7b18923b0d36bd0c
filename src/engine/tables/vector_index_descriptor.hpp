#pragma once

#include "index_descriptor.hpp"
#include "key_schema.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// How SearchVectors compares two vectors.
enum class distance_function : std::uint8_t { cosine, euclidean, dot_product };
std::string_view to_string(distance_function) noexcept;  ///< "COSINE", "EUCLIDEAN", "DOT_PRODUCT"
std::optional<distance_function> distance_function_from(std::string_view) noexcept;

/// A vector index of a table: the vectors of one attribute, with what a search may filter by and what it answers.
struct vector_index_descriptor {
  std::uint32_t id = 0;  ///< from the same counter as table ids, never reused: its rows lie under it
  std::string name;
  std::string attribute;  ///< that holds the vector: a list of `dimensions` numbers
  std::uint64_t dimensions = 0;
  distance_function distance = distance_function::cosine;
  std::vector<key_attribute> hash;     ///< none or one: a search says which value it wants, and reads no other rows
  std::vector<key_attribute> filters;  ///< that a search may ask to be equal to a value
  projection_kind projection = projection_kind::all;
  std::vector<std::string> non_key_attributes;  ///< as they were given, for projection_kind::include
  /// It was added to a table that was there, and rows of older items are being filled in: writes keep its rows, and nobody searches it.
  bool filling = false;

  /// Derived from the above and the table by derive_indexes(): everything a row holds but the vector, ascending; empty for
  /// projection_kind::all.
  std::vector<std::string> attributes;

  /// Null if the search schema does not have it.
  const key_attribute* find_schema(std::string_view attribute_name) const noexcept;
  /// The vector counts as projected.
  bool projects(std::string_view attribute_name) const noexcept;
};

}  // namespace dynamo::engine

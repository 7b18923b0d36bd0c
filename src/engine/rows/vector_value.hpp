#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/value/attribute_value.hpp>
#include <engine/rows/index_key.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The digits of a canonical number as the nearest 32-bit float; nothing where its magnitude is too great. What is too small is zero. So no
/// vector holds NaN, an infinity or a negative zero.
std::optional<float> to_float(std::string_view digits) noexcept;

/// Why a value is no vector of an index.
struct vector_fault {
  enum class kind : std::uint8_t { no_list, wrong_size, no_number, too_great };
  kind what{};
  std::size_t position = 0;  ///< of the element that is no number, or is too great
  attribute_type type{};     ///< of that element
  std::size_t size = 0;      ///< how many elements there are
};

/// Reads a canonical value (with padding after it) that is to be a list of `dimensions` numbers; `vector` is overwritten.
std::optional<vector_fault> read_vector(std::string_view value, std::size_t dimensions, std::vector<float>& vector);

/// The canonical values that an item has for a vector index: views into it.
struct vector_index_values {
  std::optional<std::string_view> vector;
  std::optional<std::string_view> hash;
  std::vector<std::optional<std::string_view>> filters;  ///< in the index's order
  friend bool operator==(const vector_index_values&, const vector_index_values&) = default;
};
vector_index_values find_vector_index_values(const vector_index_descriptor&, std::string_view item);

/// Validates what an item has for vector indexes. Absent attributes are fine: without the vector, or the HASH attribute, an item is not in
/// the index. Errors in DynamoDB's words. An index whose attributes an update leaves as `old_item` has them is not looked at: that item may be
/// older than the index. Items need padding.
result<void> check_vectors(const table_descriptor&, std::string_view item, index_key_source,
                           std::string_view old_item = {});

/// The size by which a write of an item is charged: DynamoDB counts the vector of an index as 4 bytes a dimension, whatever its numbers
/// take. `size` is the item's own; an item without vectors, or none at all, has that.
std::size_t written_size(const table_descriptor&, std::string_view item, std::size_t size);

}  // namespace dynamo::engine

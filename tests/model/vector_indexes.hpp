#pragma once

#include "things.hpp"

#include <dynamo/protocol/endpoint.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

/// A vector index, by attribute v, of one of the model's tables. Tables with provisioned throughput have none.
struct vector_index_shape {
  int table;
  std::string_view name;
  std::string_view distance;
  std::string_view hash;    ///< attribute name; empty: none
  std::string_view filter;  ///< attribute name
  char projection;          ///< as that of an index_shape
  bool made_with_table;     ///< then other indexes define its attributes, too
};
inline constexpr std::array<vector_index_shape, 4> vector_indexes{{
    {0, "near", "EUCLIDEAN", "", "n", 'a', true},
    {0, "alike", "COSINE", "s", "n", 'k', false},
    {1, "along", "DOT_PRODUCT", "", "n", 't', true},
    {2, "around", "COSINE", "n", "s", 't', false},
}};

/// Some of them, a bit for each.
using vector_index_set = unsigned;
inline vector_index_set bit_of(const vector_index_shape& index) {
  return 1U << static_cast<unsigned>(&index - vector_indexes.data());
}
std::vector<const vector_index_shape*> vector_indexes_of(int table);
vector_index_set vector_indexes_made_with(int table);
std::vector<const vector_index_shape*> listed(vector_index_set);

/// `,"VectorIndexes":[...]` of CreateTable; and one index, and the definitions of its attributes, as UpdateTable takes them.
std::string create_vector_indexes_text(int table);
std::string vector_index_text(const vector_index_shape&);
std::string vector_index_definitions_text(const vector_index_shape&);

/// Whether one of these indexes refuses what a write makes of an item. What an update leaves as it is may be older than the index.
bool refuse(vector_index_set, const std::optional<thing>& before, const thing& now, bool is_update);

/// What a search of an index may answer of an item in canonical form, by a second reading of the rules, without the vector; nothing if the item is
/// not in it.
std::optional<std::string> vector_row(const vector_index_shape&, const std::string& item);

/// VectorWriteRequestBytes that the write of a small item tells of each of these indexes, ascending by name: "near 1024.0" and so on. Items are in
/// canonical form, or empty.
std::vector<std::string> vector_write_bytes(vector_index_set, const std::string& before, const std::string& now);

}  // namespace dynamo::model

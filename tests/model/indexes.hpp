#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

/// An index of one of the model's tables. Items come and go in it with their attributes: all of them are sparse.
struct index_shape {
  int table;
  std::string_view name;
  bool global;
  std::string_view partition;  ///< attribute names
  std::string_view sort;       ///< empty: none
  char projection;             ///< 'a': all, 'k': keys only, 't': the keys and attribute t
};
inline constexpr std::array<index_shape, 3> indexes{{
    {0, "by_s", true, "s", "n", 'a'},
    {0, "within_pk", false, "pk", "n", 'k'},
    {1, "by_n", true, "n", "", 't'},
}};
std::vector<const index_shape*> indexes_of(int table);

/// What an index holds of an item in canonical form, by a second reading of the rules; nothing if the item is not in it.
std::optional<std::string> index_row(const index_shape&, const std::string& item);

/// The members of CreateTable that make a table's indexes, each with a comma before it; and the definitions of their keys.
std::string create_indexes_text(int table);
std::string index_definitions_text(int table);
/// One index, and the definitions of its keys, as UpdateTable takes them.
std::string index_text(const index_shape&);
std::string index_definitions_text(const index_shape&);

/// Says where these indexes of a table hold something else than its items imply.
std::optional<std::string> compare_indexes(endpoint&, const std::vector<const index_shape*>&,
                                           const std::vector<std::string>& items);

}  // namespace dynamo::model

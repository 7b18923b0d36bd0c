#pragma once

#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>
#include <engine/tables/key_schema.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// Which rows a WHERE selects by their key, and what is left to be checked of each of them.
struct key_selection {
  /// One value of the partition key, and at most one condition on the sort key.
  struct branch {
    std::string partition;  ///< canonical
    std::optional<expression::key_condition::range> sort;
  };
  /// In written order, none twice. Empty: the keys select nothing, so every row is read. Two of them may overlap.
  std::vector<branch> branches;
  /// Nothing: the branches are all that the WHERE asks for. Refers to none of them.
  std::optional<expression::condition> rest;

  /// Exactly one row of a table with this key, and nothing else to be checked.
  bool is_one_item(const key_schema&) const noexcept;
};

/// More branches than that are not made of IN and OR: what would make more is left in `rest`.
inline constexpr std::size_t key_branches_max = 300;
/// As many values of the partition key IN may list; Developer Guide, "PartiQL operators".
inline constexpr std::size_t key_partitions_max = 50;

/// Takes conditions on the partition and sort attribute out of the AND chain of a WHERE: equalities, IN, an OR of such, and what a Query may
/// ask of a sort key. The key has one partition attribute. What cannot be taken whole stays in `rest` as well, so that rows of the branches
/// that meet `rest` are always the rows that meet the WHERE. Pure.
key_selection select_keys(expression::condition where, const key_schema&);

/// The equalities of a whole primary key, and the other conditions. Nothing if one is missing.
struct whole_key {
  std::string partition;
  std::optional<std::string> sort;
  std::optional<expression::condition> rest;
};
std::optional<whole_key> find_whole_key(expression::condition where, const key_schema&);

}  // namespace dynamo::engine

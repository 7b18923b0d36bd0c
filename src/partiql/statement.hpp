#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// PartiQL as DynamoDB has it: text becomes the trees that the item operations take, and nothing here is evaluated.
/// Names are real attribute names, values are canonical DynamoDB JSON. The grammar stands in docs/partiql.md.
namespace dynamo::partiql {

struct order {
  std::string attribute;
  bool descending = false;
  friend bool operator==(const order&, const order&) = default;
};

/// SELECT columns FROM "table"."index" WHERE ... ORDER BY ...
/// There is no LIMIT in DynamoDB's PartiQL: the request's member Limit takes its place.
struct select {
  expression::projection columns;  ///< in written order; empty: `*`. The answer calls `m.n` by its last name, `n`
  std::string table;
  std::optional<std::string> index;
  std::optional<expression::condition> where;
  std::vector<order> order_by;
  friend bool operator==(const select&, const select&) = default;
};

/// INSERT INTO "table" VALUE {...}
struct insert {
  std::string table;
  std::string item;  ///< canonical JSON
  friend bool operator==(const insert&, const insert&) = default;
};

/// RETURNING ALL OLD * and so on, in the words of ReturnValues.
enum class returning : std::uint8_t { nothing, all_old, modified_old, all_new, modified_new };

/// UPDATE "table" SET ... REMOVE ... WHERE ..., or FROM "table" WHERE ... SET ... REMOVE ...
/// `set_add` and `set_delete` are ADD and DELETE of the update: both make or empty a set as those do.
struct update {
  std::string table;
  expression::update steps;  ///< its paths have passed check_paths()
  /// Equalities of the key's attributes, and further conditions. An `all` of nothing: there is no WHERE.
  expression::condition where{expression::condition::kind::all, {}, {}};
  returning returned = returning::nothing;
  friend bool operator==(const update&, const update&) = default;
};

/// DELETE FROM "table" WHERE ...
struct remove {
  std::string table;
  expression::condition where{expression::condition::kind::all, {}, {}};  ///< as in `update`
  returning returned = returning::nothing;                                ///< nothing or all_old
  friend bool operator==(const remove&, const remove&) = default;
};

/// EXISTS(SELECT ...): a condition check in a transaction.
struct exists {
  select of;
  friend bool operator==(const exists&, const exists&) = default;
};

/// Conditions are those of an expression: `IS MISSING` is attribute_not_exists, `IS NULL` and `IS STRING` are attribute_type,
/// `x = [a, b]` is an equality with a list, `x IN [a, b]` and `x IN (a, b)` are the same `in`. Chains of AND and OR are one node.
/// An equality may have its value on the left (`1 = pk`): it comes out with the path on the left, and `<` comes out as `>`.
using statement = std::variant<select, insert, update, remove, exists>;

}  // namespace dynamo::partiql

#pragma once

#include "lexer.hpp"
#include "statement.hpp"

#include <dynamo/expression/tree.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What a statement says, before anybody asks whether DynamoDB can do it: PartiQL's grammar is wider than what DynamoDB runs, and a
/// syntax error anywhere is named before an error of meaning.
namespace dynamo::partiql {

struct statement_syntax;

/// An expression.
struct node {
  // clang-format off: grouped by what they have
  enum class kind : std::uint8_t {
    path,                                   ///< `path`
    text, number, truth, null, missing,     ///< `text`; truth: `negated` for false
    parameter,                              ///< `ordinal`
    list, bag, tuple,                       ///< children; tuple: names and values in turn
    call,                                   ///< `text` is the function's name in small letters; children
    all, any, negation,                     ///< children
    equal, not_equal, less, less_equal, greater, greater_equal,  ///< two children
    plus, minus, unsupported_operator,      ///< two children; unsupported: `text` is what DynamoDB calls it
    positive, negative,                     ///< one child, which is no literal
    between, in,                            ///< three children; two, the second a list if its members were written out
    is,                                     ///< one child, `text` is the type's name in small letters
    substatement                            ///< `statement`
  };
  // clang-format on
  kind what = kind::missing;
  position where;               ///< of its first token
  bool negated = false;         ///< NOT BETWEEN, NOT IN, IS NOT
  bool in_parentheses = false;  ///< so that a chain in parentheses is a node of its own
  std::size_t ordinal = 0;
  std::size_t depth = 1;  ///< of the tree from here on
  std::string text;
  expression::path path;
  std::optional<position> odd_component;  ///< of a path: the first step that is neither a name nor an index
  std::vector<node> children;
  std::unique_ptr<statement_syntax> statement;
  std::optional<std::string> canonical;  ///< of a value: what it stands for, once the values are bound
};

struct step_syntax {
  node target;
  std::optional<node> value;  ///< nothing: REMOVE
};

struct order_syntax {
  node by;
  bool descending = false;
};

/// What DynamoDB has not, although the grammar has it.
struct clause_syntax {
  std::string name;  ///< in capitals
  position where;
};

struct statement_syntax {
  enum class kind : std::uint8_t { select, insert, update, remove };
  kind what = kind::select;
  std::vector<node> columns;  ///< none: `*`
  std::optional<node> table;  ///< none: SET or REMOVE that stands alone
  bool aliased = false;       ///< a table or a column has an alias
  bool joined = false;
  std::optional<node> item;        ///< of INSERT
  bool value_keyword = false;      ///< INSERT INTO ... VALUE
  std::vector<step_syntax> steps;  ///< in written order
  bool where_first = false;        ///< FROM ... WHERE ... SET: WHERE is written before the steps
  std::optional<node> where;
  std::vector<order_syntax> order_by;
  returning returned = returning::nothing;
  std::optional<clause_syntax> unsupported;  ///< the first one
};

}  // namespace dynamo::partiql

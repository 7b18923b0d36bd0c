#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// One syntax tree for all five kinds of DynamoDB expression. Typed builders make it and print it; the engine parses text
/// into it and evaluates it. Names are real attribute names (never #placeholders), values are canonical DynamoDB JSON.
namespace dynamo::expression {

/// One step of a document path: a name, or an index into a list.
struct path_step {
  std::string name;
  std::optional<std::uint32_t> index;         ///< when set, `name` is empty
  path_step(std::string_view n) : name(n) {}  // NOLINT(google-explicit-constructor)
  path_step(std::uint32_t i) : index(i) {}    // NOLINT(google-explicit-constructor)
  friend bool operator==(const path_step&, const path_step&) = default;
};
/// `info.actors[0]`: never empty, the first step is a name.
using path = std::vector<path_step>;

/// What a comparison or function takes: the value of a path, a bound value, or the size() of a path.
struct operand {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"  // g++ 12 takes a scoped enumerator for a shadow of the alias `path`
  enum class kind : std::uint8_t { path, value, size };
#pragma GCC diagnostic pop
  kind what;
  expression::path at;  ///< for path and size
  std::string value;    ///< canonical JSON, for value
  static operand of(expression::path p) { return {kind::path, std::move(p), {}}; }
  static operand bound(std::string canonical) { return {kind::value, {}, std::move(canonical)}; }
  static operand size_of(expression::path p) { return {kind::size, std::move(p), {}}; }
  friend bool operator==(const operand&, const operand&) = default;
};

/// A condition, filter or key condition.
struct condition {
  // clang-format off: grouped by what their operands are
  enum class kind : std::uint8_t {
    all,       ///< AND of children (two or more)
    any,       ///< OR of children
    negation,  ///< NOT of the one child
    equal, not_equal, less, less_equal, greater, greater_equal,  ///< two operands
    between,               ///< operand, low, high
    in,                    ///< operand, then 1 to 100 candidates
    attribute_exists, attribute_not_exists,  ///< a path
    attribute_type,        ///< an operand, and a bound S that names the type
    begins_with, contains  ///< two operands
  };
  // clang-format on
  kind what;
  std::vector<operand> operands;
  std::vector<condition> children;
  friend bool operator==(const condition&, const condition&) = default;
};

/// The right side of a SET action.
struct set_value {
  enum class kind : std::uint8_t {
    operand,  ///< a path or a bound value
    plus,
    minus,          ///< two children
    if_not_exists,  ///< a path, and one child
    list_append     ///< two children
  };
  kind what;
  std::vector<expression::operand> operands;  ///< one for `operand` and `if_not_exists` (its path)
  std::vector<set_value> children;
  friend bool operator==(const set_value&, const set_value&) = default;
};

struct set_action {
  path target;
  set_value to;
  friend bool operator==(const set_action&, const set_action&) = default;
};
/// ADD or DELETE: a path and a bound value.
struct value_action {
  path target;
  std::string value;
  friend bool operator==(const value_action&, const value_action&) = default;
};

struct update {
  std::vector<set_action> set;
  std::vector<path> remove;
  std::vector<value_action> add;
  std::vector<value_action> erase;  ///< DELETE, members from a set
  friend bool operator==(const update&, const update&) = default;
};

using projection = std::vector<path>;

}  // namespace dynamo::expression

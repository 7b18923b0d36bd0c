#include "meaning.hpp"
#include "wording.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/attribute_value.hpp>
#include <dynamo/value/limits.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace dynamo::partiql {
namespace {

using condition_tree = expression::condition;
using operand_tree = expression::operand;

struct condition_function {
  std::string_view name;
  condition_tree::kind what;
  std::size_t operands;
  bool path_first;
};
constexpr std::array<condition_function, 5> condition_functions = {{
    {"attribute_exists", condition_tree::kind::attribute_exists, 1, true},
    {"attribute_not_exists", condition_tree::kind::attribute_not_exists, 1, true},
    {"attribute_type", condition_tree::kind::attribute_type, 2, true},
    {"begins_with", condition_tree::kind::begins_with, 2, false},
    {"contains", condition_tree::kind::contains, 2, false},
}};

const condition_function* find_function(std::string_view name) {
  for (const condition_function& f : condition_functions) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

condition_tree::kind comparison_of(node::kind what) {
  switch (what) {
    case node::kind::equal: return condition_tree::kind::equal;
    case node::kind::not_equal: return condition_tree::kind::not_equal;
    case node::kind::less: return condition_tree::kind::less;
    case node::kind::less_equal: return condition_tree::kind::less_equal;
    case node::kind::greater: return condition_tree::kind::greater;
    default: return condition_tree::kind::greater_equal;
  }
}

/// The same comparison with its sides exchanged.
condition_tree::kind mirrored(condition_tree::kind what) {
  switch (what) {
    case condition_tree::kind::less: return condition_tree::kind::greater;
    case condition_tree::kind::less_equal: return condition_tree::kind::greater_equal;
    case condition_tree::kind::greater: return condition_tree::kind::less;
    case condition_tree::kind::greater_equal: return condition_tree::kind::less_equal;
    default: return what;
  }
}

condition_tree negation_of(condition_tree of) {
  condition_tree made{condition_tree::kind::negation, {}, {}};
  made.children.push_back(std::move(of));
  return made;
}

/// The types of DynamoDB that a type of PartiQL is. None: attributes have no such type (dates and their like).
std::vector<std::string_view> types_named(std::string_view name) {
  static constexpr std::array<std::string_view, 13> numbers = {"smallint", "integer", "int",    "int2", "int4",
                                                               "int8",     "bigint",  "float",  "real", "double",
                                                               "decimal",  "dec",     "numeric"};
  for (const std::string_view numeric : numbers) {
    if (name == numeric) return {"N"};
  }
  if (name == "string" || name == "character" || name == "char" || name == "varchar" || name == "symbol" ||
      name == "clob") {
    return {"S"};
  }
  if (name == "boolean" || name == "bool") return {"BOOL"};
  if (name == "null") return {"NULL"};
  if (name == "blob") return {"B"};
  if (name == "list") return {"L"};
  if (name == "tuple" || name == "struct") return {"M"};
  if (name == "bag") return {"SS", "NS", "BS"};
  return {};
}

condition_tree type_check(const expression::path& path, std::string_view letters) {
  condition_tree made{condition_tree::kind::attribute_type, {}, {}};
  made.operands.push_back(operand_tree::of(path));
  std::string name = R"({"S":")";
  made.operands.push_back(operand_tree::bound(name.append(letters).append("\"}")));
  return made;
}

/// Whether the expression says yes or no: it can stand beside `= true`.
bool says_yes_or_no(const node& n) {
  switch (n.what) {
    case node::kind::all:
    case node::kind::any:
    case node::kind::negation:
    case node::kind::equal:
    case node::kind::not_equal:
    case node::kind::less:
    case node::kind::less_equal:
    case node::kind::greater:
    case node::kind::greater_equal:
    case node::kind::between:
    case node::kind::in:
    case node::kind::is: return true;
    case node::kind::call: return find_function(n.text) != nullptr;
    default: return false;
  }
}

/// Recursion is as deep as the syntax, which its parser bounds.
class condition_builder {
 public:
  result<condition_tree> build(const node& n) {
    switch (n.what) {
      case node::kind::all: return chain(condition_tree::kind::all, n);
      case node::kind::any: return chain(condition_tree::kind::any, n);
      case node::kind::negation: {
        auto inside = build(n.children.front());
        if (!inside) return inside;
        return negation_of(*std::move(inside));
      }
      case node::kind::equal:
      case node::kind::not_equal:
        if (auto verdict = verdict_compared(n)) return *std::move(verdict);
        return comparison(n);
      case node::kind::less:
      case node::kind::less_equal:
      case node::kind::greater:
      case node::kind::greater_equal: return comparison(n);
      case node::kind::between: return between(n);
      case node::kind::in: return in(n);
      case node::kind::is: return is(n);
      case node::kind::call: return call(n);
      default: return fail(refused("Unsupported operation: " + operation_name(n)));
    }
  }

 private:
  result<condition_tree> chain(condition_tree::kind what, const node& n) {
    condition_tree made{what, {}, {}};
    for (const node& child : n.children) {
      auto built = build(child);
      if (!built) return built;
      made.children.push_back(*std::move(built));
    }
    return made;
  }

  /// `attribute_exists(x) = true`, `false = (a < b)`.
  std::optional<result<condition_tree>> verdict_compared(const node& n) {
    const node* question = &n.children[0];
    const node* answer = &n.children[1];
    if (!says_yes_or_no(*question)) std::swap(question, answer);
    if (!says_yes_or_no(*question)) return std::nullopt;
    if (!answer->canonical || json::type_of(*answer->canonical) != attribute_type::BOOL) return std::nullopt;
    auto built = build(*question);
    const bool wanted = (*answer->canonical == R"({"BOOL":true})") == (n.what == node::kind::equal);
    if (built && !wanted) return negation_of(*std::move(built));
    return built;
  }

  result<condition_tree> comparison(const node& n) {
    auto left = operand_of(n.children[0]);
    if (!left) return fail(left.error());
    auto right = operand_of(n.children[1]);
    if (!right) return fail(right.error());
    condition_tree made{comparison_of(n.what), {}, {}};
    if (left->what == operand_tree::kind::value && right->what != operand_tree::kind::value) {
      std::swap(*left, *right);
      made.what = mirrored(made.what);
    }
    made.operands.push_back(*std::move(left));
    made.operands.push_back(*std::move(right));
    return made;
  }

  result<condition_tree> between(const node& n) {
    condition_tree made{condition_tree::kind::between, {}, {}};
    for (const node& child : n.children) {
      auto next = operand_of(child);
      if (!next) return fail(next.error());
      made.operands.push_back(*std::move(next));
    }
    return n.negated ? negation_of(std::move(made)) : std::move(made);
  }

  result<condition_tree> in(const node& n) {
    condition_tree made{condition_tree::kind::in, {}, {}};
    auto first = operand_of(n.children[0]);
    if (!first) return fail(first.error());
    made.operands.push_back(*std::move(first));
    const node& candidates = n.children[1];
    // Both sentences are ours. DynamoDB documents a list of expressions, not a parameter in its place.
    if (candidates.what == node::kind::parameter) {
      return fail(at("A parameter is one value, not the list of IN: write IN [?, ?], with a parameter for each value",
                     candidates.where));
    }
    if (candidates.what != node::kind::list && candidates.what != node::kind::bag) {
      return fail(at("The right side of IN must be a list", candidates.where));
    }
    if (candidates.children.empty() || candidates.children.size() > limits::expression_in_operands_max) {
      return fail(wrong_number_of_operands("IN", candidates.children.size()));
    }
    for (const node& candidate : candidates.children) {
      auto next = operand_of(candidate);
      if (!next) return fail(next.error());
      made.operands.push_back(*std::move(next));
    }
    return n.negated ? negation_of(std::move(made)) : std::move(made);
  }

  /// A number of a given width is a number: attributes know no widths. IS NULL is about the value NULL, not about a missing one.
  static result<condition_tree> is(const node& n) {
    if (n.children.front().what != node::kind::path) return fail(requires_path("IS"));
    auto path = path_of(n.children.front());
    if (!path) return fail(path.error());
    if (n.text == "missing") {
      condition_tree made{
          n.negated ? condition_tree::kind::attribute_exists : condition_tree::kind::attribute_not_exists, {}, {}};
      made.operands.push_back(operand_tree::of(*std::move(path)));
      return made;
    }
    const std::vector<std::string_view> types = types_named(n.text);
    if (types.empty()) return fail(refused("Unsupported type in IS: " + n.text));  // ours
    condition_tree made{condition_tree::kind::any, {}, {}};
    for (const std::string_view type : types) made.children.push_back(type_check(*path, type));
    if (types.size() == 1) {
      condition_tree only = std::move(made.children.front());
      made = std::move(only);
    }
    return n.negated ? negation_of(std::move(made)) : std::move(made);
  }

  result<condition_tree> call(const node& n) {
    const condition_function* function = find_function(n.text);
    if (function == nullptr) return fail(unknown_function(n.text));
    if (n.children.size() != function->operands) return fail(wrong_number_of_operands(n.text, n.children.size()));
    if (function->path_first && n.children.front().what != node::kind::path) return fail(requires_path(n.text));
    condition_tree made{function->what, {}, {}};
    for (const node& argument : n.children) {
      auto next = operand_of(argument);
      if (!next) return fail(next.error());
      made.operands.push_back(*std::move(next));
    }
    return made;
  }

  static error unknown_function(const std::string& name) {
    const bool known =
        name == "size" || name == "exists" || name == "set_add" || name == "set_delete" || name == "list_append";
    return refused((known ? "The function is not allowed to be used this way in an expression; function: "
                          : "Invalid function name; function: ") +
                   name);
  }

  /// A path, a value, or size(path).
  static result<operand_tree> operand_of(const node& n) {
    if (n.canonical) return operand_tree::bound(*n.canonical);
    if (n.what == node::kind::path) {
      auto path = path_of(n);
      if (!path) return fail(path.error());
      return operand_tree::of(*std::move(path));
    }
    if (n.what == node::kind::call && n.text == "size") {
      if (n.children.size() != 1) return fail(wrong_number_of_operands("size", n.children.size()));
      if (n.children.front().what != node::kind::path) return fail(requires_path("size"));
      auto path = path_of(n.children.front());
      if (!path) return fail(path.error());
      return operand_tree::size_of(*std::move(path));
    }
    if (n.what == node::kind::call) return fail(unknown_function(n.text));
    return fail(refused("Unsupported operation: " + operation_name(n)));
  }
};

}  // namespace

result<expression::condition> condition_of(const node& n) {
  auto built = condition_builder().build(n);
  if (!built) return built;
  if (auto checked = expression::check_operand_types(*built, expression::parameter::condition); !checked) {
    return fail(without_parameter(checked.error()));
  }
  return built;
}

result<expression::path> path_of(const node& n) {
  if (n.what != node::kind::path) return fail(at(unexpected_component, n.where));
  if (n.odd_component) return fail(at(unexpected_component, *n.odd_component));
  if (n.path.size() > limits::document_path_depth_max) {
    return fail(
        refused("The document path has too many nesting elements; nesting elements: " + std::to_string(n.path.size())));
  }
  return n.path;
}

/// The names of PartiQL's syntax tree, as DynamoDB's error about IS has one of them.
std::string operation_name(const node& n) {
  switch (n.what) {
    case node::kind::path: return n.path.size() > 1 || n.odd_component ? "Path" : "Id";
    case node::kind::text:
    case node::kind::number:
    case node::kind::truth:
    case node::kind::null: return "Lit";
    case node::kind::missing: return "Missing";
    case node::kind::parameter: return "Parameter";
    case node::kind::list: return "List";
    case node::kind::bag: return "Bag";
    case node::kind::tuple: return "Struct";
    case node::kind::call: return "Call";
    case node::kind::all: return "And";
    case node::kind::any: return "Or";
    case node::kind::negation: return "Not";
    case node::kind::equal: return "Eq";
    case node::kind::not_equal: return "Ne";
    case node::kind::less: return "Lt";
    case node::kind::less_equal: return "Lte";
    case node::kind::greater: return "Gt";
    case node::kind::greater_equal: return "Gte";
    case node::kind::plus: return "Plus";
    case node::kind::minus: return "Minus";
    case node::kind::positive: return "Pos";
    case node::kind::negative: return "Neg";
    case node::kind::between: return "Between";
    case node::kind::in: return "InCollection";
    case node::kind::is: return "IsType";
    case node::kind::unsupported_operator: return n.text;
    case node::kind::substatement: return n.statement->what == statement_syntax::kind::select ? "Select" : "Dml";
  }
  return {};
}

}  // namespace dynamo::partiql

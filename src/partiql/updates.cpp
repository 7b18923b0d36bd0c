#include "meaning.hpp"
#include "wording.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace dynamo::partiql {
namespace {

using expression::set_value;

bool is_set_function(const node& n) {
  return n.what == node::kind::call && (n.text == "set_add" || n.text == "set_delete");
}

bool is_set(attribute_type type) {
  return type == attribute_type::SS || type == attribute_type::NS || type == attribute_type::BS;
}

/// The type that a right side has whatever the item holds, where that is known.
std::optional<attribute_type> known_type(const set_value& v) {
  switch (v.what) {
    case set_value::kind::operand:
      if (v.operands.front().what != expression::operand::kind::value) return std::nullopt;
      return json::type_of(v.operands.front().value);
    case set_value::kind::plus:
    case set_value::kind::minus: return attribute_type::N;
    default: return attribute_type::L;
  }
}

error incorrect_type(std::string_view name, attribute_type type) {
  std::string what = "Incorrect operand type for operator or function; operator or function: ";
  return refused(std::move(what.append(name).append(", operand type: ").append(to_string(type))));
}

result<set_value> value_of(const node&);

/// `a + b`, `a - b`, `list_append(a, b)`: two operands that must be able to have the type.
result<set_value> of_two(set_value::kind what, std::string_view name, attribute_type wanted, const node& n) {
  set_value made{what, {}, {}};
  for (const node& child : n.children) {
    auto side = value_of(child);
    if (!side) return side;
    if (const auto type = known_type(*side); type && *type != wanted) return fail(incorrect_type(name, *type));
    made.children.push_back(*std::move(side));
  }
  return made;
}

/// Recursion is as deep as the syntax, which its parser bounds.
result<set_value> value_of(const node& n) {
  if (n.canonical) return set_value{set_value::kind::operand, {expression::operand::bound(*n.canonical)}, {}};
  switch (n.what) {
    case node::kind::path: {
      auto path = path_of(n);
      if (!path) return fail(path.error());
      return set_value{set_value::kind::operand, {expression::operand::of(*std::move(path))}, {}};
    }
    case node::kind::plus: return of_two(set_value::kind::plus, "+", attribute_type::N, n);
    case node::kind::minus: return of_two(set_value::kind::minus, "-", attribute_type::N, n);
    case node::kind::call: break;
    default: return fail(refused("Unsupported operation: " + operation_name(n)));
  }
  if (n.text == "list_append") {
    if (n.children.size() != 2) return fail(wrong_number_of_operands(n.text, n.children.size()));
    return of_two(set_value::kind::list_append, n.text, attribute_type::L, n);
  }
  const bool known = is_set_function(n) || n.text == "size" || n.text == "exists" || n.text == "attribute_exists" ||
                     n.text == "attribute_not_exists" || n.text == "attribute_type" || n.text == "begins_with" ||
                     n.text == "contains";
  return fail(refused((known ? "The function is not allowed to be used this way in an expression; function: "
                             : "Invalid function name; function: ") +
                      n.text));
}

/// `ss = set_add(ss, <<...>>)`.
result<expression::value_action> set_action_of(const expression::path& target, const node& n) {
  const std::string name = n.text == "set_add" ? "SET_ADD" : "SET_DELETE";
  position function = n.where;
  if (n.children.size() != 2) return fail(at(name + " must have exactly two arguments", function));
  const node& first = n.children[0];
  const node& second = n.children[1];
  if (first.what != node::kind::path || first.odd_component || first.path != target) {
    return fail(at("The first argument to " + name + " must equal the assignment value", function));
  }
  if (!second.canonical || !is_set(json::type_of(*second.canonical))) {
    return fail(at("The second argument to " + name + " must be a value with type SET", first.where));
  }
  return expression::value_action{target, *second.canonical};
}

}  // namespace

result<expression::update> update_of(const std::vector<step_syntax>& steps) {
  expression::update made;
  for (const step_syntax& step : steps) {
    auto target = path_of(step.target);
    if (!target) return fail(target.error());
    if (!step.value) {
      made.remove.push_back(*std::move(target));
    } else if (is_set_function(*step.value)) {
      auto action = set_action_of(*target, *step.value);
      if (!action) return fail(action.error());
      (step.value->text == "set_add" ? made.add : made.erase).push_back(*std::move(action));
    } else {
      auto value = value_of(*step.value);
      if (!value) return fail(value.error());
      made.set.push_back({*std::move(target), *std::move(value)});
    }
  }
  if (auto checked = expression::check_paths(made); !checked) return fail(without_parameter(checked.error()));
  return made;
}

}  // namespace dynamo::partiql

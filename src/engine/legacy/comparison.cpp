#include "comparison.hpp"

#include "invalid_value.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <utility>

namespace dynamo::engine {
namespace {

using expression::condition;
using expression::operand;

enum class operand_types : std::uint8_t {
  all,
  scalars,  ///< S, N, B
  texts     ///< S, B
};

struct comparison_rule {
  std::string_view name;
  std::size_t least, most;  ///< how many values
  operand_types types;
  condition::kind expressed;
};

// In the order of the enumeration. The numbers and the types: API Reference, Condition. DynamoDB documents no bound for IN; here it is that of expressions.
constexpr auto comparison_rules = std::to_array<comparison_rule>({
    {"EQ", 1, 1, operand_types::all, condition::kind::equal},
    {"NE", 1, 1, operand_types::all, condition::kind::not_equal},
    {"LE", 1, 1, operand_types::scalars, condition::kind::less_equal},
    {"LT", 1, 1, operand_types::scalars, condition::kind::less},
    {"GE", 1, 1, operand_types::scalars, condition::kind::greater_equal},
    {"GT", 1, 1, operand_types::scalars, condition::kind::greater},
    {"NOT_NULL", 0, 0, operand_types::all, condition::kind::attribute_exists},
    {"NULL", 0, 0, operand_types::all, condition::kind::attribute_not_exists},
    {"CONTAINS", 1, 1, operand_types::scalars, condition::kind::contains},
    {"NOT_CONTAINS", 1, 1, operand_types::scalars, condition::kind::contains},
    {"BEGINS_WITH", 1, 1, operand_types::texts, condition::kind::begins_with},
    {"IN", 1, limits::expression_in_operands_max, operand_types::scalars, condition::kind::in},
    {"BETWEEN", 2, 2, operand_types::scalars, condition::kind::between},
});

const comparison_rule& rule_of(comparison what) noexcept { return comparison_rules[static_cast<std::size_t>(what)]; }

bool accepts(operand_types types, attribute_type type) {
  const bool is_text = type == attribute_type::S || type == attribute_type::B;
  switch (types) {
    case operand_types::all: return true;
    case operand_types::scalars: return is_text || type == attribute_type::N;
    case operand_types::texts: return is_text;
  }
  return false;
}

result<void> check_values(const comparison_rule& rule, const std::vector<std::string>& values) {
  if (values.size() < rule.least || values.size() > rule.most) {
    return invalid_value(fmt::format("Invalid number of argument(s) for the {} ComparisonOperator", rule.name));
  }
  for (const std::string& value : values) {
    const attribute_type type = json::type_of(value);
    if (!accepts(rule.types, type)) {
      return invalid_value(
          fmt::format("ComparisonOperator {} is not valid for {} AttributeValue type", rule.name, to_string(type)));
    }
    if (type != json::type_of(values.front())) {
      return invalid_value("AttributeValues inside AttributeValueList must be of same type");
    }
  }
  return {};
}

condition of_attribute(condition::kind what, std::string_view attribute, std::vector<std::string> values) {
  condition made{what, {}, {}};
  made.operands.reserve(1 + values.size());
  made.operands.push_back(operand::of({attribute}));
  for (std::string& value : values) made.operands.push_back(operand::bound(std::move(value)));
  return made;
}

condition negated(condition what) {
  condition made{condition::kind::negation, {}, {}};
  made.children.push_back(std::move(what));
  return made;
}

}  // namespace

std::string_view to_string(comparison what) noexcept { return rule_of(what).name; }

bool takes_values(comparison what) noexcept { return rule_of(what).most > 0; }

bool is_indexable(comparison what) noexcept {
  switch (what) {
    case comparison::equal:
    case comparison::less_equal:
    case comparison::less:
    case comparison::greater_equal:
    case comparison::greater:
    case comparison::begins_with:
    case comparison::between: return true;
    default: return false;
  }
}

result<condition> compare(std::string_view attribute, comparison what, std::vector<std::string> values) {
  const comparison_rule& rule = rule_of(what);
  if (auto valid = check_values(rule, values); !valid) return std::unexpected(valid.error());
  condition made = of_attribute(rule.expressed, attribute, std::move(values));
  // Of what is left to check, only bounds can be wrong. Their words have no prefix.
  if (!expression::check_operand_types(made, expression::parameter::condition)) {
    return fail(errc::validation,
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  }
  if (what != comparison::not_contains) return made;
  condition both{condition::kind::all, {}, {}};
  both.children.push_back(of_attribute(condition::kind::attribute_exists, attribute, {}));
  both.children.push_back(negated(std::move(made)));
  return both;
}

}  // namespace dynamo::engine

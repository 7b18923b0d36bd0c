#include "operand_types.hpp"

#include "compare.hpp"
#include "wording.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace dynamo::expression {
namespace {

using fault_text = std::optional<std::string>;

bool has_prefixes(attribute_type type) { return type == attribute_type::S || type == attribute_type::B; }

std::optional<attribute_type> static_type(const operand& o) {
  switch (o.what) {
    case operand::kind::path: return std::nullopt;
    case operand::kind::value: return type_of(o.value);
    case operand::kind::size: return attribute_type::N;
  }
  return std::nullopt;
}

fault_text check_types(const condition& c, bool (*accepts)(attribute_type)) {
  for (const operand& o : c.operands) {
    if (const auto type = static_type(o); type && !accepts(*type))
      return incorrect_operand_type(operator_name(c.what), *type);
  }
  return std::nullopt;
}

/// `a = a` and `contains(a, a)` are refused: the answer needs no item.
fault_text check_distinct(const condition& c) {
  const operand& first = c.operands[0];
  if (first.what != operand::kind::path || c.operands[1].what != operand::kind::path || first.at != c.operands[1].at) {
    return std::nullopt;
  }
  std::string text =
      "The first operand must be distinct from the remaining operands for this operator or function; operator: ";
  return text.append(operator_name(c.what)).append(", first operand: ").append(describe(first.at));
}

fault_text check_bounds(const condition& c) {
  const operand& low = c.operands[1];
  const operand& high = c.operands[2];
  if (low.what != operand::kind::value || high.what != operand::kind::value) return std::nullopt;
  const auto order = compare(low.value, high.value);
  if (order && *order <= 0) return std::nullopt;
  std::string text = order ? "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                           : "The BETWEEN operator requires same data type for lower and upper bounds; ";
  return text.append("lower bound operand: ")
      .append(describe_value(low.value))
      .append(", upper bound operand: ")
      .append(describe_value(high.value));
}

fault_text check_type_name(const condition& c) {
  static constexpr std::array<std::string_view, 10> names = {"B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"};
  const operand& name = c.operands[1];
  if (name.what != operand::kind::value) {
    return "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: "
           "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
  }
  if (const attribute_type type = type_of(name.value); type != attribute_type::S) {
    return incorrect_operand_type(operator_name(c.what), type);
  }
  const std::string_view given = json::raw_scalar(name.value);
  if (std::ranges::find(names, given) != names.end()) return std::nullopt;
  std::string text = "Invalid attribute type name found; type: ";
  return text.append(given).append(", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
}

fault_text check(const condition& c) {
  switch (c.what) {
    case condition::kind::all:
    case condition::kind::any:
    case condition::kind::negation:
      for (const condition& child : c.children) {
        if (auto fault = check(child)) return fault;
      }
      return std::nullopt;
    case condition::kind::equal:
    case condition::kind::not_equal: return check_distinct(c);
    case condition::kind::less:
    case condition::kind::less_equal:
    case condition::kind::greater:
    case condition::kind::greater_equal:
      if (auto fault = check_distinct(c)) return fault;
      return check_types(c, is_ordered);
    case condition::kind::between:
      if (auto fault = check_types(c, is_ordered)) return fault;
      return check_bounds(c);
    case condition::kind::begins_with:
      if (auto fault = check_distinct(c)) return fault;
      return check_types(c, has_prefixes);
    case condition::kind::contains: return check_distinct(c);
    case condition::kind::attribute_type: return check_type_name(c);
    case condition::kind::in:
    case condition::kind::attribute_exists:
    case condition::kind::attribute_not_exists: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> operand_fault(const condition& c) { return check(c); }

result<void> check_operand_types(const condition& c, parameter kind) {
  if (const auto fault = check(c)) return fail(invalid(kind, *fault));
  return {};
}

}  // namespace dynamo::expression

#include <dynamo/expression/evaluate.hpp>

#include "compare.hpp"
#include "measure.hpp"
#include "resolve.hpp"

#include <dynamo/json/canonical.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace dynamo::expression {
namespace {

/// An operand's canonical value: a view into the item or the tree, or a number made by size().
class operand_value {
 public:
  operand_value(const operand& o, std::string_view item) {
    switch (o.what) {
      case operand::kind::path: view_ = resolve(o.at, item); break;
      case operand::kind::value: view_ = o.value; break;
      case operand::kind::size:
        if (const auto found = resolve(o.at, item)) {
          if (const auto size = measure(*found)) {
            made_ = number_value(*size);
            view_ = made_;
          }
        }
        break;
    }
  }
  operand_value(const operand_value&) = delete;
  operand_value& operator=(const operand_value&) = delete;

  explicit operator bool() const noexcept { return view_.has_value(); }
  std::string_view operator*() const noexcept { return *view_; }

 private:
  std::string made_;
  std::optional<std::string_view> view_;
};

/// Canonical bytes are equal exactly where the values are.
bool equal(const operand_value& a, const operand_value& b) { return a && b && *a == *b; }

template <class Holds>
bool ordered(const operand_value& a, const operand_value& b, Holds holds) {
  if (!a || !b) return false;
  const auto order = compare(*a, *b);
  return order && holds(*order);
}

bool evaluate_comparison(const condition& c, std::string_view item) {
  const operand_value left(c.operands[0], item);
  const operand_value right(c.operands[1], item);
  switch (c.what) {
    case condition::kind::equal: return equal(left, right);
    case condition::kind::not_equal: return !equal(left, right);  // true as well for an attribute that is not there
    case condition::kind::less: return ordered(left, right, [](auto o) { return o < 0; });
    case condition::kind::less_equal: return ordered(left, right, [](auto o) { return o <= 0; });
    case condition::kind::greater: return ordered(left, right, [](auto o) { return o > 0; });
    default: return ordered(left, right, [](auto o) { return o >= 0; });
  }
}

bool evaluate_between(const condition& c, std::string_view item) {
  const operand_value value(c.operands[0], item);
  const operand_value low(c.operands[1], item);
  const operand_value high(c.operands[2], item);
  return ordered(value, low, [](auto o) { return o >= 0; }) && ordered(value, high, [](auto o) { return o <= 0; });
}

bool evaluate_in(const condition& c, std::string_view item) {
  const operand_value value(c.operands[0], item);
  return value && std::any_of(c.operands.begin() + 1, c.operands.end(),
                              [&](const operand& candidate) { return equal(value, operand_value(candidate, item)); });
}

bool evaluate_contains(const condition& c, std::string_view item) {
  const operand_value container(c.operands[0], item);
  const operand_value part(c.operands[1], item);
  if (!container || !part) return false;
  if (c.operands[0].what != operand::kind::value) return holds(*container, *part);
  const json::buffer padded(*container);  // a bound value has no padding after it
  return holds(padded.view(), *part);
}

bool has_type(const condition& c, std::string_view item) {
  const operand_value found(c.operands[0], item);
  return found && to_string(json::type_of(*found)) == json::raw_scalar(c.operands[1].value);
}

bool evaluate_begins_with(const condition& c, std::string_view item) {
  const operand_value value(c.operands[0], item);
  const operand_value prefix(c.operands[1], item);
  return value && prefix && starts_with(*value, *prefix);
}

}  // namespace

/// Recursion is as deep as the tree, which the limit on operators bounds for every tree that a parser made.
bool evaluate(const condition& c, std::string_view item) {
  switch (c.what) {
    case condition::kind::all:
      return std::ranges::all_of(c.children, [&](const condition& child) { return evaluate(child, item); });
    case condition::kind::any:
      return std::ranges::any_of(c.children, [&](const condition& child) { return evaluate(child, item); });
    case condition::kind::negation: return !evaluate(c.children.front(), item);
    case condition::kind::between: return evaluate_between(c, item);
    case condition::kind::in: return evaluate_in(c, item);
    case condition::kind::attribute_exists: return resolve(c.operands[0].at, item).has_value();
    case condition::kind::attribute_not_exists: return !resolve(c.operands[0].at, item).has_value();
    case condition::kind::attribute_type: return has_type(c, item);
    case condition::kind::begins_with: return evaluate_begins_with(c, item);
    case condition::kind::contains: return evaluate_contains(c, item);
    default: return evaluate_comparison(c, item);
  }
}

}  // namespace dynamo::expression

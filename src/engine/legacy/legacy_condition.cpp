#include "legacy_condition.hpp"

#include "invalid_value.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {
namespace {

using expression::condition;

std::vector<std::string> values_of(legacy_condition& one) {
  if (one.values) return std::move(*one.values);
  std::vector<std::string> values;
  if (one.value) values.push_back(std::move(*one.value));
  return values;
}

result<condition> filter_entry(legacy_condition& one) { return compare(one.attribute, *one.compared, values_of(one)); }

result<condition> compared_entry(legacy_condition& one) {
  if (one.exists) {
    return invalid_value(
        fmt::format("Exists and ComparisonOperator cannot be used together for Attribute: {}", one.attribute));
  }
  if (takes_values(*one.compared) && !one.values && !one.value) {
    return invalid_value(
        fmt::format("Value or AttributeValueList must be used with ComparisonOperator: {} for Attribute: {}",
                    to_string(*one.compared), one.attribute));
  }
  return filter_entry(one);
}

result<condition> expected_entry(legacy_condition& one) {
  if (one.values && one.value) {
    return invalid_value(
        fmt::format("Value and AttributeValueList cannot be used together for Attribute: {}", one.attribute));
  }
  if (one.compared) return compared_entry(one);
  if (one.values) {
    return invalid_value(
        fmt::format("AttributeValueList can only be used with a ComparisonOperator for Attribute: {}", one.attribute));
  }
  if (one.exists == false) {
    if (!one.value) return compare(one.attribute, comparison::null, {});
    return invalid_value(fmt::format("Value cannot be used when Exists is false for Attribute: {}", one.attribute));
  }
  if (!one.value) {
    return invalid_value(fmt::format("Value must be provided when Exists is {} for Attribute: {}",
                                     one.exists ? "true" : "null", one.attribute));
  }
  return compare(one.attribute, comparison::equal, values_of(one));
}

template <class Entry>
result<condition> tree_of_entries(legacy_conditions& all, conditional_operator joined, Entry entry) {
  // DynamoDB documents no bound; here it is that of expressions.
  if (all.size() > limits::expression_operators_max) {
    return invalid_value(fmt::format("{} conditions are more than {}", all.size(), limits::expression_operators_max));
  }
  const bool every = joined == conditional_operator::all;
  condition tree{every ? condition::kind::all : condition::kind::any, {}, {}};
  tree.children.reserve(all.size());
  for (legacy_condition& one : all) {
    auto made = entry(one);
    if (!made) return made;
    tree.children.push_back(*std::move(made));
  }
  if (tree.children.size() > 1) return tree;
  condition only = std::move(tree.children.front());
  return only;
}

}  // namespace

result<condition> filter_tree(legacy_conditions& all, conditional_operator joined) {
  return tree_of_entries(all, joined, filter_entry);
}

result<condition> expected_tree(legacy_conditions& all, conditional_operator joined) {
  return tree_of_entries(all, joined, expected_entry);
}

}  // namespace dynamo::engine

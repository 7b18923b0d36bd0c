#pragma once

#include "comparison.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// One entry of Expected, KeyConditions, QueryFilter or ScanFilter, as it came. Values are canonical JSON.
struct legacy_condition {
  std::string attribute;
  std::optional<comparison> compared;              ///< ComparisonOperator
  std::optional<std::vector<std::string>> values;  ///< AttributeValueList
  std::optional<std::string> value;                ///< Value, of Expected only
  std::optional<bool> exists;                      ///< Exists, of Expected only
};
using legacy_conditions = std::vector<legacy_condition>;

enum class conditional_operator : std::uint8_t { all, any };  ///< AND, OR

/// The tree of QueryFilter, ScanFilter or KeyConditions, which have one entry at least, each with an operator. The values are moved out of the
/// entries. Errors (errc::validation) in DynamoDB's words; of several faults that of the first entry.
result<expression::condition> filter_tree(legacy_conditions&, conditional_operator);

/// The same for Expected. `{Value: v}` is `a = v`, `{Exists: false}` is attribute_not_exists(a).
result<expression::condition> expected_tree(legacy_conditions&, conditional_operator);

}  // namespace dynamo::engine

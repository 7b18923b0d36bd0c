#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// ComparisonOperator of the legacy parameters.
enum class comparison : std::uint8_t {
  equal,
  not_equal,
  less_equal,
  less,
  greater_equal,
  greater,
  not_null,
  null,
  contains,
  not_contains,
  begins_with,
  in,
  between
};
std::string_view to_string(comparison) noexcept;  ///< "EQ"

/// Whether it compares with values at all: NULL and NOT_NULL do not.
bool takes_values(comparison) noexcept;
/// Whether a Query finds keys by it.
bool is_indexable(comparison) noexcept;

/// The comparison of an attribute with values (canonical JSON) as an expression says it; check_operand_types() accepts what is made.
///
/// EQ `=`, NE `<>`, LE, LT, GE, GT, BETWEEN, IN, BEGINS_WITH and CONTAINS have an expression each, NOT_NULL is attribute_exists() and NULL
/// attribute_not_exists(). NOT_CONTAINS is `attribute_exists(a) AND NOT contains(a, :v)`: it says something of an attribute that is there. An
/// absent attribute is NE to every value, as it is `<>` to it.
///
/// Errors (errc::validation): a wrong number of values, a type that the operator does not compare, values of different types, BETWEEN with bounds
/// out of order.
result<expression::condition> compare(std::string_view attribute, comparison, std::vector<std::string> values);

}  // namespace dynamo::engine

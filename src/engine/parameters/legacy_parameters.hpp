#pragma once

#include "member.hpp"

#include <dynamo/base/result.hpp>
#include <engine/legacy/attribute_update.hpp>
#include <engine/legacy/legacy_condition.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

class member_reader;

/// The parameters that expressions have replaced, as they came. `expression_parameters` translates them.
struct legacy_parameters {
  std::optional<std::vector<std::string>> attributes_to_get;
  std::optional<std::vector<attribute_update>> attribute_updates;
  std::optional<legacy_conditions> expected, query_filter, scan_filter, key_conditions;
  std::optional<conditional_operator> conditional;

  bool any() const noexcept {
    return attributes_to_get || attribute_updates || expected || query_filter || scan_filter || key_conditions ||
           conditional;
  }
  std::string names() const;  ///< of those that are given: "AttributesToGet, Expected"
  /// "Attempted conditional constraint is not an indexable operation": a Query finds no keys by some operators of KeyConditions.
  result<void> check_indexable() const;
};

void read_attributes_to_get(legacy_parameters&, member_reader&);
void read_attribute_updates(legacy_parameters&, member_reader&);
void read_expected(legacy_parameters&, member_reader&);
void read_query_filter(legacy_parameters&, member_reader&);
void read_scan_filter(legacy_parameters&, member_reader&);
void read_key_conditions(legacy_parameters&, member_reader&);
void read_conditional_operator(legacy_parameters&, member_reader&);

inline constexpr auto conditional_operators =
    std::to_array<choice>({{"OR", conditional_operator::any}, {"AND", conditional_operator::all}});
/// As the newer layer of checks has them; "ALL" is AWS's slip.
inline constexpr std::string_view newer_conditional_operators = "ALL, OR";

// Members of parameters that have `expressions`.

template <class P, void (*Read)(legacy_parameters&, member_reader&)>
void read_legacy(P& parameters, member_reader& in) {
  Read(parameters.expressions.legacy, in);
}
template <class P>
consteval declared<P> attributes_to_get() {
  return read_by<P, read_legacy<P, read_attributes_to_get>>("AttributesToGet");
}
template <class P>
consteval declared<P> attribute_updates() {
  return read_by<P, read_legacy<P, read_attribute_updates>>("AttributeUpdates");
}
template <class P>
consteval declared<P> expected_conditions() {
  return read_by<P, read_legacy<P, read_expected>>("Expected");
}
template <class P>
consteval declared<P> query_filter() {
  return read_by<P, read_legacy<P, read_query_filter>>("QueryFilter");
}
template <class P>
consteval declared<P> scan_filter() {
  return read_by<P, read_legacy<P, read_scan_filter>>("ScanFilter");
}
template <class P>
consteval declared<P> key_conditions() {
  return read_by<P, read_legacy<P, read_key_conditions>>("KeyConditions");
}
/// Of a Query or a Scan, which refuse an unknown operator before anything else, in words of its own.
template <class P>
consteval declared<P> conditional_operator_of_filter() {
  return read_by<P, read_legacy<P, read_conditional_operator>>("ConditionalOperator");
}

}  // namespace dynamo::engine

#pragma once

#include <dynamo/value/attribute_value.hpp>

#include <compare>
#include <optional>
#include <string_view>

namespace dynamo::expression {

/// Whether values of the type have an order: S, N and B, which are also what a set can hold.
bool is_ordered(attribute_type) noexcept;
/// The order of two canonical values of the same type S (by UTF-8 bytes), N (by value) or B (by bytes); nothing for others.
std::optional<std::strong_ordering> compare(std::string_view a, std::string_view b);
/// begins_with() of two canonical values: both S or both B.
bool starts_with(std::string_view value, std::string_view prefix);
/// contains(): a text in a text, a binary in a binary, a member in a set of its type, an element in a list. `container` is
/// padded.
bool holds(std::string_view container, std::string_view part);

}  // namespace dynamo::expression

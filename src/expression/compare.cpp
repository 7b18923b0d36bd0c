#include "compare.hpp"

#include "resolve.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/value/number.hpp>

#include <string>

namespace dynamo::expression {
namespace {

attribute_type set_of_type(attribute_type member) {
  switch (member) {
    case attribute_type::S: return attribute_type::SS;
    case attribute_type::N: return attribute_type::NS;
    default: return attribute_type::BS;
  }
}

/// Canonical members of a set and canonical scalars are written alike, so equal text is an equal member.
bool has_member(std::string_view set, std::string_view scalar) {
  json::cursor at(content(set));
  at.begin_array();
  while (at.next_element()) {
    if (at.skip() == content(scalar)) return true;
  }
  return false;
}

bool has_element(std::string_view list, std::string_view value) {
  json::cursor at(content(list));
  at.begin_array();
  while (at.next_element()) {
    if (at.skip() == value) return true;
  }
  return false;
}

}  // namespace

bool is_ordered(attribute_type type) noexcept {
  return type == attribute_type::S || type == attribute_type::N || type == attribute_type::B;
}

std::optional<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  const attribute_type type = json::type_of(a);
  if (type != json::type_of(b) || !is_ordered(type)) return std::nullopt;
  if (a == b) return std::strong_ordering::equal;
  if (type == attribute_type::N) {
    const auto left = number::parse(json::raw_scalar(a));
    const auto right = number::parse(json::raw_scalar(b));
    if (!left || !right) return std::nullopt;
    return *left <=> *right;
  }
  std::string left;
  std::string right;
  return json::scalar(a, left) <=> json::scalar(b, right);
}

bool starts_with(std::string_view value, std::string_view prefix) {
  const attribute_type type = json::type_of(value);
  if (type != json::type_of(prefix) || (type != attribute_type::S && type != attribute_type::B)) return false;
  std::string a;
  std::string b;
  return json::scalar(value, a).starts_with(json::scalar(prefix, b));
}

bool holds(std::string_view container, std::string_view part) {
  const attribute_type type = json::type_of(container);
  const attribute_type part_type = json::type_of(part);
  if (type == attribute_type::L) return has_element(container, part);
  if (type == part_type && (type == attribute_type::S || type == attribute_type::B)) {
    std::string a;
    std::string b;
    return json::scalar(container, a).contains(json::scalar(part, b));
  }
  return is_ordered(part_type) && type == set_of_type(part_type) && has_member(container, part);
}

}  // namespace dynamo::expression

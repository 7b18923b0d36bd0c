#include "resolve.hpp"

#include "measure.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace dynamo::expression {
namespace {

std::optional<std::string_view> element(std::string_view array, std::uint32_t index) {
  json::cursor at(array);
  at.begin_array();
  for (std::uint32_t i = 0; at.next_element(); ++i) {
    const std::string_view value = at.skip();
    if (i == index) return value;
  }
  return std::nullopt;
}

std::size_t count_elements(std::string_view array) {
  json::cursor at(array);
  at.begin_array();
  std::size_t n = 0;
  for (; at.next_element(); ++n) at.skip();
  return n;
}

std::size_t count_members(std::string_view object) {
  json::cursor at(object);
  at.begin_object();
  std::size_t n = 0;
  for (std::string_view name; at.next_name(name); ++n) at.skip();
  return n;
}

/// DynamoDB counts UTF-16 code units: a character of four bytes is two.
std::size_t utf16_size(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    n += static_cast<std::size_t>((byte & 0xC0U) != 0x80U) + static_cast<std::size_t>(byte >= 0xF0U);
  }
  return n;
}

}  // namespace

std::string_view content(std::string_view value) {
  const std::size_t colon = value.find(':');  // after a type's letters, which have none
  return value.substr(colon + 1, value.size() - colon - 2);
}

std::optional<std::string_view> resolve(const path& p, std::string_view item) {
  auto value = json::find_attribute(item, p.front().name);
  for (auto step = p.begin() + 1; value && step != p.end(); ++step) {
    const attribute_type type = json::type_of(*value);
    if (type != (step->index ? attribute_type::L : attribute_type::M)) return std::nullopt;
    value = step->index ? element(content(*value), *step->index) : json::find_attribute(content(*value), step->name);
  }
  return value;
}

std::optional<std::size_t> measure(std::string_view value) {
  std::string scratch;
  switch (json::type_of(value)) {
    case attribute_type::S: return utf16_size(json::scalar(value, scratch));
    case attribute_type::B: return json::scalar(value, scratch).size();
    case attribute_type::M: return count_members(content(value));
    case attribute_type::L:
    case attribute_type::SS:
    case attribute_type::NS:
    case attribute_type::BS: return count_elements(content(value));
    case attribute_type::N:
    case attribute_type::BOOL:
    case attribute_type::NUL: break;
  }
  return std::nullopt;
}

std::string number_value(std::size_t n) { return R"({"N":")" + std::to_string(n) + "\"}"; }

}  // namespace dynamo::expression

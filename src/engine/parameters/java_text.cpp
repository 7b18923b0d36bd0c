#include "java_text.hpp"

#include "violations.hpp"

#include <dynamo/json/cursor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace dynamo::engine {
namespace {

std::uint32_t java_identity_of(std::string_view text) noexcept {  // FNV-1a
  std::uint32_t hash = 2'166'136'261;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619;
  return hash;
}

class java_printer {
 public:
  explicit java_printer(std::string_view json) : at_(json) {}

  std::string value(const member& of) {
    switch (at_.peek()) {
      case json::token::string: return std::string(at_.read_string());
      case json::token::array: return list([&] { return element(of); });
      case json::token::object: return object(of);
      default: return std::string(at_.skip());
    }
  }

  std::string map(const member& of_values) {
    std::string text = "{";
    std::string_view name;
    at_.begin_object();
    while (at_.next_name(name)) {
      if (text.size() > 1) text += ", ";
      text.append(name).append("=");
      text += value(of_values);
    }
    return text += '}';
  }

 private:
  std::string object(const member& of) {
    if (of.what == member::form::item) return map({.name = {}, .what = member::form::own});
    return of.members.empty() ? attribute_value() : structure(of.members, of.shape);
  }

  std::string element(const member& of) {
    if (at_.peek() == json::token::object) return object(of);
    return at_.peek() == json::token::string ? std::string(at_.read_string()) : attribute_value();
  }

  template <class Print>
  std::string list(Print print) {
    std::string text = "[";
    at_.begin_array();
    while (at_.next_element()) {
      if (text.size() > 1) text += ", ";
      text += print();
    }
    return text += ']';
  }

  std::string structure(std::span<const member> members, std::string_view shape) {
    std::vector<std::string> values(members.size(), "null");
    std::string_view name;
    at_.begin_object();
    while (at_.next_name(name)) {
      const auto found = std::ranges::find(members, name, &member::name);
      if (found == members.end()) {
        at_.skip();
      } else {
        values[static_cast<std::size_t>(found - members.begin())] = value(*found);
      }
    }
    std::string text = std::string(shape) + '(';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) text += ", ";
      std::string written(members[i].name);
      if (written[0] >= 'A' && written[0] <= 'Z') written[0] = static_cast<char>(written[0] - 'A' + 'a');
      text += written + '=' + values[i];
    }
    return text += ')';
  }

  std::string attribute_value() {
    if (at_.peek() == json::token::null) return std::string(at_.skip());
    return fmt::format("{}@{:x}", java_attribute_value, java_identity_of(at_.skip()));
  }

  json::cursor at_;
};

std::string cut_java_text(std::string text) {
  if (text.size() <= quoted_size_max) return text;
  std::size_t end = quoted_size_max;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // no half of a character
  return text.substr(0, end) + "...";
}

}  // namespace

std::string java_text(std::string_view json, const member& of) { return cut_java_text(java_printer(json).value(of)); }

std::string java_map_text(std::string_view json, const member& of_values) {
  return cut_java_text(java_printer(json).map(of_values));
}

}  // namespace dynamo::engine

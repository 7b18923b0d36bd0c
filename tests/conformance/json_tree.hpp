#pragma once

#include <dynamo/json/cursor.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::conformance {

/// JSON to compare. Of a scalar `text` is what it means: a string's content, a number's digits.
struct json_tree {
  json::token kind = json::token::null;
  std::string text;
  std::map<std::string, json_tree> members;
  std::vector<json_tree> elements;
};

inline json_tree read_tree(json::cursor& from) {
  json_tree read;
  read.kind = from.peek();
  switch (read.kind) {
    case json::token::object: {
      std::string_view name;
      from.begin_object();
      while (from.next_name(name)) {
        const std::string kept(name);
        read.members[kept] = read_tree(from);
      }
      break;
    }
    case json::token::array:
      from.begin_array();
      while (from.next_element()) read.elements.push_back(read_tree(from));
      break;
    case json::token::string: read.text = from.read_string(); break;
    default: read.text = from.skip();
  }
  return read;
}

/// Nothing if the text is no JSON.
inline std::optional<json_tree> to_tree(std::string_view text) {
  const json::buffer padded(text);
  json::cursor from(padded);
  json_tree read = read_tree(from);
  if (!from.ok() || !from.at_end()) return std::nullopt;
  return read;
}

/// Whether an answer has what is expected of it: the same values, whatever the order of members. Further members are allowed in objects
/// if `partly`; arrays are always compared as a whole. Numbers are equal by value.
inline bool matches(const json_tree& answer, const json_tree& expected, bool partly) {
  if (answer.kind != expected.kind) return false;
  if (answer.kind == json::token::number) {
    return std::strtod(answer.text.c_str(), nullptr) == std::strtod(expected.text.c_str(), nullptr);
  }
  const auto same = [partly](const json_tree& a, const json_tree& e) { return matches(a, e, partly); };
  if (answer.text != expected.text || !std::ranges::equal(answer.elements, expected.elements, same)) return false;
  if (!partly && answer.members.size() != expected.members.size()) return false;
  return std::ranges::all_of(expected.members, [&](const auto& each) {
    const auto found = answer.members.find(each.first);
    return found != answer.members.end() && same(found->second, each.second);
  });
}

}  // namespace dynamo::conformance

#pragma once

#include <dynamo/json/cursor.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Pieces of the wire protocol's JSON as text, for what has no typed interface yet: streams of changes.
namespace demo {

/// The text of a member as it stands; empty if there is none.
inline std::string member(std::string_view object, std::string_view wanted) {
  const dynamo::json::buffer padded(object);
  dynamo::json::cursor in(padded);
  std::string_view name;
  std::string found;
  if (!in.begin_object()) return found;
  while (in.next_name(name)) {
    const bool is_it = name == wanted;
    const std::string_view text = in.skip();
    if (is_it) found = text;
  }
  return found;
}
/// The content of a member that is a string.
inline std::string text_member(std::string_view object, std::string_view wanted) {
  const std::string text = member(object, wanted);
  const dynamo::json::buffer padded(text);
  dynamo::json::cursor in(padded);
  return std::string(in.read_string());
}
/// Calls `take` with the text of each element. False for what is no array.
inline bool for_each_element(std::string_view array, const std::function<void(std::string_view)>& take) {
  const dynamo::json::buffer padded(array);
  dynamo::json::cursor in(padded);
  if (!in.begin_array()) return false;
  while (in.next_element()) take(in.skip());
  return in.ok();
}

}  // namespace demo

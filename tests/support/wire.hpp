#pragma once

#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::testing_support {

/// What came back over the wire, as text.
struct answer {
  bool ok = false;
  errc code{};          ///< of a failure
  std::string message;  ///< of a failure
  std::string body;     ///< the reply's JSON, or that of the error

  /// One line for a test's message.
  std::string to_string() const { return ok ? body : std::string(dynamo::to_string(code)) + ": " + message; }
};

inline answer to_answer(const result<reply>& came) {
  if (came) return {true, {}, {}, std::string(came->body.view())};
  return {false, came.error().code(), came.error().message(), came.error().detail().body};
}

inline answer call(endpoint& to, operation_name op, std::string_view body) {
  return to_answer(to.call(request(op, json::buffer(body))));
}

/// Calls `take(name, text)` with the members of a JSON object, values as they stand. False for anything else.
inline bool for_each_member(std::string_view object,
                            const std::function<void(std::string_view name, std::string_view value)>& take) {
  const json::buffer padded(object);
  json::cursor at(padded);
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    const std::string kept(name);
    take(kept, at.skip());
  }
  return at.ok() && at.at_end();
}

/// A member of a JSON object as it stands, nothing if it has none of the name.
inline std::optional<std::string> member(std::string_view object, std::string_view wanted) {
  std::optional<std::string> found;
  for_each_member(object, [&](std::string_view name, std::string_view value) {
    if (name == wanted) found = std::string(value);
  });
  return found;
}

/// The content of a member that is a string without escapes; empty if there is none.
inline std::string text_member(std::string_view object, std::string_view wanted) {
  const auto found = member(object, wanted);
  return found && found->size() >= 2 && found->front() == '"' ? found->substr(1, found->size() - 2) : std::string();
}

/// The elements of a JSON array as they stand.
inline std::vector<std::string> elements(std::string_view array) {
  const json::buffer padded(array);
  json::cursor at(padded);
  std::vector<std::string> found;
  at.begin_array();
  while (at.next_element()) found.emplace_back(at.skip());
  return found;
}

/// JSON text as a service that puts no spaces between its parts writes it; for texts whose strings have none.
inline std::string without_spaces(std::string_view json) {
  std::string text(json);
  std::erase(text, ' ');
  return text;
}

}  // namespace dynamo::testing_support

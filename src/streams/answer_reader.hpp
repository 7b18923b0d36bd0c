#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/cursor.hpp>

#include <string>
#include <string_view>

namespace dynamo::streams {

inline std::unexpected<error> no_answer(std::string_view operation, const json::cursor& in) {
  return fail(errc::decoding, "the answer to " + std::string(operation) + " cannot be read: " +
                                  std::string(in.problem()) + " at byte " + std::to_string(in.position()));
}

/// Reads an object; `member(name)` reads the value or says false, and then it is passed over.
template <class Member>
void read_object(json::cursor& in, Member member) {
  std::string_view name;
  if (!in.begin_object()) return;
  while (in.next_name(name)) {
    if (!member(name)) in.skip();
  }
}
inline bool is_text(json::cursor& in) { return in.peek() == json::token::string; }

}  // namespace dynamo::streams

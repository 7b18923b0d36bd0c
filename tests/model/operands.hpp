#pragma once

#include "item_write.hpp"

#include <string>
#include <string_view>

namespace dynamo::model {

// The operands of all conditions and changes, drawn from one number; and their DynamoDB JSON.

inline int number_of(const item_write& w) { return w.value - 2; }
inline int greater_number_of(const item_write& w) { return w.value; }
inline std::string text_of(const item_write& w) { return std::string(1, static_cast<char>('a' + w.value % 4)); }
inline std::string first_member_of(const item_write& w) { return "m" + std::to_string(w.value % 3); }
inline std::string second_member_of(const item_write& w) { return "m" + std::to_string(w.value % 3 + 1); }

inline std::string number_value(int n) { return R"({"N":")" + std::to_string(n) + R"("})"; }
inline std::string string_value(std::string_view s) { return R"({"S":")" + std::string(s) + R"("})"; }
/// Not in the order in which they are stored.
inline std::string members_value(const item_write& w) {
  return R"({"SS":[")" + second_member_of(w) + R"(",")" + first_member_of(w) + R"("]})";
}

}  // namespace dynamo::model

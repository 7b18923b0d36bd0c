#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

namespace dynamo {

/// A string literal as a template argument: `schema<"users", ...>`.
template <std::size_t Size>
struct fixed_string {
  char text[Size];                                       // NOLINT: a structural type has public members
  consteval fixed_string(const char (&literal)[Size]) {  // NOLINT(google-explicit-constructor): a literal is a name
    for (std::size_t i = 0; i < Size; ++i) text[i] = literal[i];
  }
  consteval explicit fixed_string(std::string_view name) {
    for (std::size_t i = 0; i < Size; ++i) text[i] = i < name.size() ? name[i] : '\0';
  }
  constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
};

namespace detail {

template <class>
struct member_of;
template <class Owner, class Type>
struct member_of<Type Owner::*> {
  using owner = Owner;
  using type = Type;
};

/// What the compiler calls a constant. The canary below notices a compiler that spells it otherwise.
template <auto Constant>
consteval std::string_view spelled() {
  return __PRETTY_FUNCTION__;
}

/// The last identifier in front of the end of the spelled constant: g++ ends it with "; std::string_view = ...]" or ")}",
/// clang with "]" or "}]".
consteval std::string_view last_identifier(std::string_view text) {
  constexpr std::string_view head = " = ";
  text.remove_prefix(text.find(head) + head.size());
  text = text.substr(0, text.find(';'));
  while (!text.empty() && (text.back() == ']' || text.back() == '}' || text.back() == ')')) text.remove_suffix(1);
  return text.substr(text.find_last_of(":.&") + 1);
}

struct canary {
  int yellow;
};

}  // namespace detail

// g++ 12 keeps a const on decltype(Member) that the standard drops.
template <auto Member>
using owner_of = typename detail::member_of<std::remove_cv_t<decltype(Member)>>::owner;
template <auto Member>
using type_of_member = typename detail::member_of<std::remove_cv_t<decltype(Member)>>::type;

template <auto Left, auto Right>
inline constexpr bool same_member = [] {
  if constexpr (std::is_same_v<std::remove_cv_t<decltype(Left)>, std::remove_cv_t<decltype(Right)>>) {
    return Left == Right;
  } else {
    return false;
  }
}();

/// The name of a data member as it stands in the source: "user_id" for &User::user_id.
template <auto Member>
inline constexpr std::string_view member_name = detail::last_identifier(detail::spelled<Member>());

static_assert(member_name<&detail::canary::yellow> == "yellow",
              "dynamo: this compiler spells member pointers in a way that dynamo_table does not know");

}  // namespace dynamo

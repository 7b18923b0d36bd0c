#pragma once

#include <dynamo/schema/detail/names.hpp>
#include <dynamo/schema/reflect.hpp>

#include <string_view>
#include <type_traits>

/// How the members of a struct are stored where that is not plain: as a trait beside the struct, which therefore stays free of
/// the library. It goes with the type, so nested structs carry theirs wherever they are used:
///
///     template <> struct dynamo::attributes<User>
///         : dynamo::traits<dynamo::rename<&User::user_id, "UserId">, dynamo::omit_empty<&User::nickname>,
///                          dynamo::defaulted<&User::plan>, dynamo::transient<&User::cached>> {};
///
/// It has to stand before the first use of the type.
namespace dynamo {

/// The attribute has this name instead of the member's.
template <auto Member, fixed_string Name>
struct rename {
  static constexpr auto member = Member;
};
/// An empty value (an empty string or container, otherwise a value equal to a new one: 0, false) leaves no attribute behind,
/// and a missing attribute is that value.
template <auto Member>
struct omit_empty {
  static constexpr auto member = Member;
};
/// Where the attribute is missing, the member keeps what its initialiser in the struct says.
template <auto Member>
struct defaulted {
  static constexpr auto member = Member;
};
/// Neither written nor read.
template <auto Member>
struct transient {
  static constexpr auto member = Member;
};

template <class... Traits>
struct traits {};

template <class T>
struct attributes : traits<> {};

namespace detail {

/// What the traits of a struct say about one of its members.
struct member_traits {
  std::string_view name;
  bool omit_empty = false;
  bool defaulted = false;
  bool transient = false;
};

template <auto Member, fixed_string Name>
constexpr void note(rename<Member, Name>, member_traits& about) {
  about.name = Name.view();
}
template <auto Member>
constexpr void note(omit_empty<Member>, member_traits& about) {
  about.omit_empty = true;
}
template <auto Member>
constexpr void note(defaulted<Member>, member_traits& about) {
  about.defaulted = true;
}
template <auto Member>
constexpr void note(transient<Member>, member_traits& about) {
  about.transient = true;
}

template <class Trait>
constexpr void note_if(std::string_view member, member_traits& about) {
  if (member_name<Trait::member> == member) note(Trait(), about);
}
template <class T, class... Traits>
consteval member_traits traits_of(const traits<Traits...>&, std::string_view member) {
  static_assert((std::is_base_of_v<owner_of<Traits::member>, T> && ...),
                "dynamo: dynamo::attributes<T> names a member of another struct");
  member_traits about;
  about.name = member;
  (note_if<Traits>(member, about), ...);
  return about;
}
template <class T>
consteval member_traits traits_of_member(std::string_view member) {
  return traits_of<T>(attributes<T>(), member);
}

}  // namespace detail

/// The name under which a member is stored: its own, or what dynamo::attributes says.
template <auto Member>
inline constexpr std::string_view attribute_name = detail::traits_of_member<owner_of<Member>>(member_name<Member>).name;

}  // namespace dynamo

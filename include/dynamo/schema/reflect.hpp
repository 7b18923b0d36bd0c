#pragma once

#include <dynamo/schema/detail/names.hpp>

#include <boost/pfr/core.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

/// Which members a struct has, what they are called, and where they lie. Aggregates are taken apart by Boost.PFR and their
/// names come from the compiler; other structs list their members in dynamo::fields_of, which is looked at first.
namespace dynamo {

template <auto... Members>
struct fields {};

/// The way out for structs that cannot be taken apart (base classes, constructors, built-in arrays as members), and the way to store
/// only some members:
///
///     template <> struct dynamo::fields_of<Account> : dynamo::fields<&Account::id, &Account::owner> {};
template <class T>
struct fields_of {
  using not_listed = void;
};

namespace detail {

template <class T>
concept lists_fields = !requires { typename fields_of<T>::not_listed; };

template <auto... Members>
constexpr fields<Members...> listed(const fields<Members...>&) {
  return {};
}

/// Structs that become M: those that list their fields, and aggregates.
template <class T>
concept reflected = lists_fields<T> || (std::is_class_v<T> && std::is_aggregate_v<T>);

/// A T that is never made, only pointed into.
template <class T>
union phantom {
  char nothing;
  T value;
  constexpr phantom() noexcept : nothing() {}
  constexpr ~phantom() {}
};
template <class T>
inline constexpr phantom<T> phantom_of{};

template <class T>
struct pointer_to {
  const T* at;
};
template <class T>
pointer_to(const T*) -> pointer_to<T>;

// ---- what Boost.PFR refuses, said in our words -----------------------------------------------------------------

// The conversions are only named, never called. They have bodies all the same: where a member's own constructor is a template
// (std::optional<std::chrono::seconds>) compilers take them for used, and clang minds if the member's type is in an unnamed namespace.
template <std::size_t>
struct any_member {
  template <class T>
  operator T&() const& noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
  template <class T>
  operator T&&() const&& noexcept {  // NOLINT(google-explicit-constructor)
    __builtin_unreachable();
  }
};
/// Becomes a base class of Derived, and nothing else.
template <class Derived>
struct any_base {
  template <class T>
    requires(std::is_base_of_v<T, Derived> && !std::is_same_v<T, Derived>)
  operator T() const noexcept;  // NOLINT(google-explicit-constructor)
};
/// The most members that Boost.PFR 1.81 takes a struct apart into; with more its templates fail in thousands of lines.
inline constexpr std::size_t struct_members_max = 100;

/// How many initialisers an aggregate takes, counted up to struct_members_max + 1; an array counts as its elements.
template <class T, std::size_t... I>
consteval std::size_t count_initialisers(std::index_sequence<I...>) {
  if constexpr (sizeof...(I) > struct_members_max) {
    return sizeof...(I);
  } else if constexpr (requires { T{any_member<I>{}..., any_member<sizeof...(I)>{}}; }) {
    return count_initialisers<T>(std::index_sequence<I..., sizeof...(I)>{});
  } else {
    return sizeof...(I);
  }
}
template <class T, std::size_t... Before, std::size_t... After>
consteval bool array_at(std::index_sequence<Before...>, std::index_sequence<After...>) {
  // Empty braces stand for the whole of an array, after which its other elements are too many.
  if constexpr (!requires { T{any_member<Before>{}..., {}, any_member<After>{}...}; }) return true;
  return false;
}
template <class T, std::size_t Count, std::size_t... I>
consteval bool has_array(std::index_sequence<I...>) {
  return (array_at<T>(std::make_index_sequence<I>(), std::make_index_sequence<Count - 1 - I>()) || ...);
}

template <class T>
consteval bool can_be_taken_apart() {
  static_assert(
      std::is_aggregate_v<T>,
      "dynamo: a struct with constructors, private members or virtual functions cannot be taken apart; list its members: "
      "template <> struct dynamo::fields_of<T> : dynamo::fields<&T::a, &T::b> {};");
  if constexpr (std::is_aggregate_v<T>) {
    constexpr bool has_base = requires { T{any_base<T>{}}; };
    static_assert(!has_base,
                  "dynamo: a struct with a base class cannot be taken apart; list its members: "
                  "template <> struct dynamo::fields_of<T> : dynamo::fields<&T::a, &T::b> {};");
    if constexpr (!has_base) {
      constexpr std::size_t count = count_initialisers<T>(std::index_sequence<>());
      static_assert(
          count <= struct_members_max,
          "dynamo: a struct of more than 100 members cannot be taken apart; put some of them into a struct of their "
          "own, or list the members, up to 256 of them: "
          "template <> struct dynamo::fields_of<T> : dynamo::fields<&T::a, &T::b> {};");
      if constexpr (count <= struct_members_max) {
        constexpr bool arrays = has_array<T, count>(std::make_index_sequence<count>());
        static_assert(
            !arrays,
            "dynamo: a struct with an array as a member cannot be taken apart; use std::array or std::vector, or list the members: "
            "template <> struct dynamo::fields_of<T> : dynamo::fields<&T::a, &T::b> {};");
        return !arrays;
      }
    }
  }
  return false;
}

// ---- members, one by one ---------------------------------------------------------------------------------------

#if defined(__GNUC__) && !defined(__clang__)
/// PFR's own way of counting members ends in an internal error of g++ 12 where a std::array is among them, at any depth; so PFR
/// is told how many there are.
template <class T, std::size_t Count, std::size_t Index>
struct taken_apart {
  template <class Object>
  static constexpr auto& get(Object& object) {
    namespace pfr = boost::pfr::detail;
    return pfr::sequence_tuple::get<Index>(pfr::tie_as_tuple(object, pfr::size_t_<Count>()));
  }
  using type = std::remove_reference_t<decltype(get(std::declval<T&>()))>;
  static constexpr std::string_view name = last_identifier(spelled<pointer_to{&get(phantom_of<T>.value)}>());
  static void* locate(void* object) { return &get(*static_cast<T*>(object)); }
};
template <class T>
consteval std::size_t members_of() {
  return count_initialisers<T>(std::index_sequence<>());
}
#else
template <class T, std::size_t Count, std::size_t Index>
struct taken_apart {
  using type = boost::pfr::tuple_element_t<Index, T>;
  static constexpr std::string_view name =
      last_identifier(spelled<pointer_to{&boost::pfr::get<Index>(phantom_of<T>.value)}>());
  static void* locate(void* object) { return &boost::pfr::get<Index>(*static_cast<T*>(object)); }
};
template <class T>
consteval std::size_t members_of() {
  return boost::pfr::tuple_size_v<T>;
}
#endif
template <class T, auto Member>
struct listed_field {
  using type = type_of_member<Member>;
  static constexpr std::string_view name = member_name<Member>;
  static void* locate(void* object) { return &(static_cast<T*>(object)->*Member); }
};

template <class... Fields>
struct field_pack {
  static constexpr std::size_t count = sizeof...(Fields);
};

template <class T>
consteval auto fields_in() {
  if constexpr (lists_fields<T>) {
    return []<auto... Members>(fields<Members...>) {
      return field_pack<listed_field<T, Members>...>();
    }(listed(fields_of<T>()));
  } else if constexpr (can_be_taken_apart<T>()) {
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return field_pack<taken_apart<T, sizeof...(I), I>...>();
    }(std::make_index_sequence<members_of<T>()>());
  } else {
    return field_pack<>();
  }
}

/// Where the members of a plain aggregate lie by the rules of the ABI; empty when they do not add up to the struct's size
/// (an alignas on a member, [[no_unique_address]]): then members are located by asking for their address.
template <class T, class... Fields>
consteval auto offsets_of(field_pack<Fields...>) {
  struct answer {
    std::array<std::uint32_t, sizeof...(Fields) + 1> at{};
    bool known = false;
  } offsets;
  if constexpr (!lists_fields<T>) {
    std::size_t end = 0, i = 0;
    const auto up = [](std::size_t n, std::size_t alignment) { return (n + alignment - 1) / alignment * alignment; };
    ((offsets.at[i++] = static_cast<std::uint32_t>(up(end, alignof(typename Fields::type))),
      end = offsets.at[i - 1] + sizeof(typename Fields::type)),
     ...);
    offsets.known = up(end, alignof(T)) == sizeof(T);
  }
  return offsets;
}

}  // namespace detail
}  // namespace dynamo

#pragma once

#include <dynamo/schema/codec.hpp>
#include <dynamo/schema/scalars.hpp>

#include <array>
#include <concepts>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// | C++                                          | DynamoDB     | remark                                               |
/// |----------------------------------------------|--------------|------------------------------------------------------|
/// | std::optional<T>                             | as T         | empty: no attribute; NULL reads as empty             |
/// | std::vector<T>, std::array<T, n>             | L            | an array has exactly n elements; NULL for an empty   |
/// |                                              |              | optional inside                                      |
/// | the same of std::uint8_t or std::byte        | B            |                                                      |
/// | std::map<std::string, T>, unordered_map,     | M            | written in ascending order of names                  |
/// | boost::container::flat_map and their like    |              |                                                      |
/// | std::set of strings, of numbers, of binaries,| SS, NS, BS   | empty: no attribute; NULL reads as empty; written in |
/// | unordered_set, flat_set and their like       |              | ascending order                                      |
///
/// DynamoDB has no empty sets. Where no attribute can be left out, in a list or as a value of a map, an empty set is
/// errc::invalid_argument; so is one inside a dynamo::attribute_value.
namespace dynamo {

namespace detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What can be a byte of a binary. Characters cannot: whether they are text, nobody knows.
template <class T>
concept byte = std::same_as<T, std::byte> || std::same_as<T, unsigned char>;
void write_bytes(encoder&, const void* first, std::size_t count);
/// Calls `room` with the number of bytes, which says where they go; null refuses them, with the failure recorded.
void read_bytes(decoder&, attribute_type found, void* to, void* (*room)(decoder&, void* to, std::size_t count));
/// Records that an array of `wanted` bytes cannot take them.
void refuse_bytes(decoder&, std::size_t count, std::size_t wanted);

/// Records that a set is empty, where it cannot be left out.
void refuse_empty_set(encoder&);
}  // namespace detail

template <class T>
struct codec<std::optional<T>> {
  static_assert(!detail::is_optional<T>,
                "dynamo: an optional of an optional cannot be stored: an attribute is there or not, which is one bit");
  static constexpr bool writes_absent = true;
  static void write(encoder& out, const std::optional<T>& from) {
    if (from) return detail::write_whole(out, *from);
    json::write_null_value(out.out());
  }
  static void read(decoder& in, attribute_type found, std::optional<T>& to) {
    // An attribute that is NULL is a value of its own where the type has one.
    if (found == attribute_type::NUL && !std::same_as<T, attribute_value>) {
      in.in().read_bool();
      to.reset();
    } else {
      codec<T>::read(in, found, to.emplace());
    }
  }
  static bool absent(const std::optional<T>& value) {
    if constexpr (omittable<T>) {
      return !value.has_value() || codec<T>::absent(*value);
    } else {
      return !value.has_value();
    }
  }
};

namespace detail {

// The loops are not templates: a container hands over how to walk it, and what its elements are.

void write_list(encoder&, const void* first, std::size_t count, std::size_t stride, const value_operations&);
void read_list(decoder&, attribute_type found, void* list, void* (*append)(void* list), const value_operations&);
/// False, with a failure recorded, unless the list has exactly `count` elements.
void read_array(decoder&, attribute_type found, void* first, std::size_t count, std::size_t stride,
                const value_operations&);
void write_map_member(encoder&, bool first, const std::string& name, const void* value, const value_operations&);
void read_map(decoder&, attribute_type found, void* map, void* (*insert)(void* map, const std::string& name),
              const value_operations&);

}  // namespace detail

template <class T>
struct codec<std::vector<T>> {
  static constexpr attribute_type stored = attribute_type::L;
  static void write(encoder& out, const std::vector<T>& from) {
    detail::write_list(out, from.data(), from.size(), sizeof(T), detail::operations<T>::table);
  }
  static void read(decoder& in, attribute_type found, std::vector<T>& to) {
    to.clear();
    detail::read_list(
        in, found, &to, [](void* list) -> void* { return &static_cast<std::vector<T>*>(list)->emplace_back(); },
        detail::operations<T>::table);
  }
};
template <detail::byte Byte>
struct codec<std::vector<Byte>> {
  static constexpr attribute_type stored = attribute_type::B;
  static void write(encoder& out, const std::vector<Byte>& from) { detail::write_bytes(out, from.data(), from.size()); }
  static void read(decoder& in, attribute_type found, std::vector<Byte>& to) {
    detail::read_bytes(in, found, &to, [](decoder&, void* bytes, std::size_t count) -> void* {
      auto& all = *static_cast<std::vector<Byte>*>(bytes);
      all.resize(count);
      return all.data();
    });
  }
};
template <detail::byte Byte, std::size_t Size>
struct codec<std::array<Byte, Size>> {
  static constexpr attribute_type stored = attribute_type::B;
  static void write(encoder& out, const std::array<Byte, Size>& from) { detail::write_bytes(out, from.data(), Size); }
  static void read(decoder& in, attribute_type found, std::array<Byte, Size>& to) {
    detail::read_bytes(in, found, to.data(), [](decoder& from, void* bytes, std::size_t count) -> void* {
      if (count == Size) return bytes;
      detail::refuse_bytes(from, count, Size);
      return nullptr;
    });
  }
};
template <>
struct codec<std::vector<bool>> {
  static constexpr attribute_type stored = attribute_type::L;
  static void write(encoder&, const std::vector<bool>&);
  static void read(decoder&, attribute_type found, std::vector<bool>&);
};

template <class T, std::size_t Size>
struct codec<std::array<T, Size>> {
  static constexpr attribute_type stored = attribute_type::L;
  static void write(encoder& out, const std::array<T, Size>& from) {
    detail::write_list(out, from.data(), Size, sizeof(T), detail::operations<T>::table);
  }
  static void read(decoder& in, attribute_type found, std::array<T, Size>& to) {
    detail::read_array(in, found, to.data(), Size, sizeof(T), detail::operations<T>::table);
  }
};

namespace detail {

/// Containers of unique keys: std::set, std::unordered_set, boost::container::flat_set and their like. None of them is included
/// here, apart from the most frequent ones.
template <class T>
concept unique_keys = requires(T& container, const T& constant, typename T::key_type key) {
  typename T::value_type;
  { constant.empty() } -> std::convertible_to<bool>;
  container.clear();
  constant.begin() != constant.end();
  constant.find(key) == constant.end();
};
template <class T>
concept set_like = unique_keys<T> && std::same_as<typename T::key_type, typename T::value_type> && !requires {
  typename T::mapped_type;
} && requires(T& container, typename T::value_type value) { container.insert(std::move(value)).second; };
template <class T>
concept map_like = unique_keys<T> && std::same_as<typename T::key_type, std::string> &&
                   requires(T& container, const std::string& name) {
                     { container[name] } -> std::same_as<typename T::mapped_type&>;
                     container.try_emplace(name).second;
                   };

/// Iterates in ascending order, which is that of the canonical form.
template <class T>
inline constexpr bool ascending = false;
template <class T>
  requires requires { typename T::key_compare; }
inline constexpr bool ascending<T> = std::is_same_v<typename T::key_compare, std::less<typename T::key_type>> ||
                                     std::is_same_v<typename T::key_compare, std::less<>>;

/// Sorts what `members` point to. Not a template, so that no file which has such a member compiles a sort of its own.
void sort_members(std::vector<const void*>& members, bool (*less)(const void*, const void*));

/// Calls visit(element) for all elements, in ascending order of keys. Allocates where that is not the container's own order.
template <class Key, class T, class Visit>
void visit_ascending(const T& container, Visit visit) {
  if constexpr (ascending<T>) {
    for (const auto& element : container) visit(element);
  } else {
    using element_type = typename T::value_type;
    std::vector<const void*> order;
    for (const element_type& element : container) order.push_back(&element);
    sort_members(order, [](const void* a, const void* b) {
      return Key()(*static_cast<const element_type*>(a)) < Key()(*static_cast<const element_type*>(b));
    });
    for (const void* element : order) visit(*static_cast<const element_type*>(element));
  }
}
struct itself {
  const auto& operator()(const auto& element) const noexcept { return element; }
};
struct first_of_pair {
  const auto& operator()(const auto& element) const noexcept { return element.first; }
};

}  // namespace detail

template <detail::map_like Map>
struct codec<Map> {
  using value_type = typename Map::mapped_type;
  static constexpr attribute_type stored = attribute_type::M;
  static void write(encoder& out, const Map& from) {
    out.out().append("{\"M\":{");
    bool first = true;
    detail::visit_ascending<detail::first_of_pair>(from, [&](const auto& member) {
      detail::write_map_member(out, first, member.first, &member.second, detail::operations<value_type>::table);
      first = false;
    });
    out.out().append("}}");
  }
  static void read(decoder& in, attribute_type found, Map& to) {
    to.clear();
    detail::read_map(
        in, found, &to,
        [](void* members, const std::string& name) -> void* { return &(*static_cast<Map*>(members))[name]; },
        detail::operations<value_type>::table);
  }
};

namespace detail {

/// Sets share everything but the letters and the text of one member.
template <class T>
struct set_member {
  static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, binary> || std::is_same_v<T, number> ||
                    (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>),
                "dynamo: DynamoDB has sets of strings, of numbers and of binaries; use std::vector for other members");
  static constexpr attribute_type set_type = codec<T>::stored == attribute_type::S   ? attribute_type::SS
                                             : codec<T>::stored == attribute_type::B ? attribute_type::BS
                                                                                     : attribute_type::NS;
};
/// The text of a set's member: what codec<T> writes, without `{"S":` and `}`.
template <class T>
void write_set_member(encoder& out, const T& from) {
  // Every scalar is written as {"X":"text"}: written in place, then moved five bytes forward.
  json::buffer& text = out.out();
  const std::size_t begin = text.size();
  codec<T>::write(out, from);
  constexpr std::size_t opening = 5;
  const std::size_t size = text.size() - begin - opening - 1;
  std::memmove(text.data() + begin, text.data() + begin + opening, size);
  text.truncate(begin + size);
}
bool begin_set(decoder&, attribute_type found, attribute_type wanted);

}  // namespace detail

template <detail::set_like Set>
struct codec<Set> {
  using member_type = typename Set::value_type;
  static constexpr attribute_type stored = detail::set_member<member_type>::set_type;
  static constexpr bool writes_absent = true;
  static void write(encoder& out, const Set& from) {
    if (from.empty()) return detail::refuse_empty_set(out);
    out.out().append("{\"");
    out.out().append(to_string(stored));
    out.out().append("\":[");
    bool first = true;
    detail::visit_ascending<detail::itself>(from, [&](const member_type& member) {
      if (!first) out.out().append(',');
      first = false;
      detail::write_set_member(out, member);
    });
    out.out().append("]}");
  }
  static void read(decoder& in, attribute_type found, Set& to) {
    to.clear();
    if (!detail::begin_set(in, found, stored)) return;
    while (in.in().next_element()) {
      if constexpr (requires { to.reserve(std::size_t{4}); }) {
        if (to.empty()) to.reserve(4);  // a vector inside would grow to 1, 2 and 4
      }
      member_type member{};
      if (found == stored) [[likely]] {
        codec<member_type>::read(in, codec<member_type>::stored, member);
      } else {
        detail::read_whole(in, member);
      }
      if constexpr (detail::ascending<Set>) {
        to.insert(to.end(), std::move(member));  // they come in this order
      } else {
        to.insert(std::move(member));
      }
    }
  }
  static bool absent(const Set& value) { return value.empty(); }
};

/// The most frequent set, compiled once.
template <>
struct codec<std::set<std::string>> {
  static constexpr attribute_type stored = attribute_type::SS;
  static constexpr bool writes_absent = true;
  static void write(encoder&, const std::set<std::string>&);
  static void read(decoder&, attribute_type found, std::set<std::string>&);
  static bool absent(const std::set<std::string>& value) { return value.empty(); }
};

}  // namespace dynamo

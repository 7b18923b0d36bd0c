#pragma once

#include <dynamo/schema/codec.hpp>
#include <dynamo/schema/scalars.hpp>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

/// | C++                                          | DynamoDB     | remark                                               |
/// |----------------------------------------------|--------------|------------------------------------------------------|
/// | std::optional<T>                             | as T         | empty: no attribute; NULL reads as empty             |
/// | std::vector<T>, std::array<T, n>             | L            | an array has exactly n elements; NULL for an empty   |
/// |                                              |              | optional inside                                      |
/// | std::map<std::string, T>                     | M            |                                                      |
/// | std::set of strings, of numbers, of binaries | SS, NS, BS   | empty: no attribute; NULL reads as empty             |
namespace dynamo {

template <class T>
struct codec<std::optional<T>> {
  static void write(encoder& out, const std::optional<T>& from) {
    if (from) return codec<T>::write(out, *from);
    json::write_null_value(out.out());
  }
  static void read(decoder& in, attribute_type found, std::optional<T>& to) {
    if (found == attribute_type::NUL) {
      in.in().read_bool();
      to.reset();
    } else {
      codec<T>::read(in, found, to.emplace());
    }
  }
  static bool absent(const std::optional<T>& value) { return !value.has_value(); }
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

template <class T, class Compare>
struct codec<std::map<std::string, T, Compare>> {
  static_assert(std::is_same_v<Compare, std::less<std::string>> || std::is_same_v<Compare, std::less<>>,
                "dynamo: a stored map is ordered by std::less");
  using map = std::map<std::string, T, Compare>;
  static constexpr attribute_type stored = attribute_type::M;
  static void write(encoder& out, const map& from) {
    out.out().append("{\"M\":{");
    bool first = true;
    for (const auto& [name, value] : from) {
      detail::write_map_member(out, first, name, &value, detail::operations<T>::table);
      first = false;
    }
    out.out().append("}}");
  }
  static void read(decoder& in, attribute_type found, map& to) {
    to.clear();
    detail::read_map(
        in, found, &to,
        [](void* members, const std::string& name) -> void* { return &(*static_cast<map*>(members))[name]; },
        detail::operations<T>::table);
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

template <class T>
struct codec<std::set<T>> {
  static constexpr attribute_type stored = detail::set_member<T>::set_type;
  static void write(encoder& out, const std::set<T>& from) {
    out.out().append("{\"");
    out.out().append(to_string(stored));
    out.out().append("\":[");
    bool first = true;
    for (const T& member : from) {
      if (!first) out.out().append(',');
      first = false;
      detail::write_set_member(out, member);
    }
    out.out().append("]}");
  }
  static void read(decoder& in, attribute_type found, std::set<T>& to) {
    to.clear();
    if (!detail::begin_set(in, found, stored)) return;
    while (in.in().next_element()) {
      T member{};
      codec<T>::read(in, codec<T>::stored, member);
      to.insert(to.end(), std::move(member));
    }
  }
  static bool absent(const std::set<T>& value) { return value.empty(); }
};

/// The most frequent set, compiled once.
template <>
struct codec<std::set<std::string>> {
  static constexpr attribute_type stored = attribute_type::SS;
  static void write(encoder&, const std::set<std::string>&);
  static void read(decoder&, attribute_type found, std::set<std::string>&);
  static bool absent(const std::set<std::string>& value) { return value.empty(); }
};

}  // namespace dynamo

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

template <class T>
struct codec<std::vector<T>> {
  static constexpr attribute_type stored = attribute_type::L;
  static void write(encoder& out, const std::vector<T>& from) {
    out.out().append("{\"L\":[");
    detail::codec_context::scope place(out, std::size_t{0});
    std::size_t index = 0;
    for (auto&& element : from) {  // a proxy where T is bool
      if (index != 0) out.out().append(',');
      place.element(index++);
      detail::write_whole<T>(out, element);
    }
    out.out().append("]}");
  }
  static void read(decoder& in, attribute_type found, std::vector<T>& to) {
    to.clear();
    if (!in.expect(found, attribute_type::L) || !in.in().begin_array()) return;
    detail::codec_context::scope place(in, std::size_t{0});
    while (in.in().next_element()) {
      place.element(to.size());
      if constexpr (std::is_same_v<T, bool>) {
        bool element = false;
        detail::read_whole(in, element);
        to.push_back(element);
      } else {
        detail::read_whole(in, to.emplace_back());
      }
    }
  }
};

template <class T, std::size_t Size>
struct codec<std::array<T, Size>> {
  static constexpr attribute_type stored = attribute_type::L;
  static void write(encoder& out, const std::array<T, Size>& from) {
    out.out().append("{\"L\":[");
    detail::codec_context::scope place(out, std::size_t{0});
    for (std::size_t index = 0; index < Size; ++index) {
      if (index != 0) out.out().append(',');
      place.element(index);
      detail::write_whole<T>(out, from[index]);
    }
    out.out().append("]}");
  }
  static void read(decoder& in, attribute_type found, std::array<T, Size>& to) {
    if (!in.expect(found, attribute_type::L) || !in.in().begin_array()) return;
    std::size_t index = 0;
    {
      detail::codec_context::scope place(in, std::size_t{0});
      while (in.in().next_element()) {
        place.element(index);
        if (index == Size) return in.fail("the list is longer than the array it is read into");
        detail::read_whole(in, to[index++]);
      }
    }
    if (in.in().ok() && index != Size) in.fail("the list is shorter than the array it is read into");
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
      detail::codec_context::scope place(out, name);
      if (!first) out.out().append(',');
      first = false;
      json::write_string(out.out(), name);
      out.out().append(':');
      detail::write_whole<T>(out, value);
    }
    out.out().append("}}");
  }
  static void read(decoder& in, attribute_type found, map& to) {
    to.clear();
    if (!in.expect(found, attribute_type::M) || !in.in().begin_object()) return;
    std::string_view name;
    while (in.in().next_name(name)) {
      const auto at = to.try_emplace(std::string(name)).first;
      detail::codec_context::scope place(in, at->first);
      detail::read_whole(in, at->second);
    }
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

}  // namespace dynamo

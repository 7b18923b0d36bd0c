#pragma once

#include <dynamo/schema/codec.hpp>
#include <dynamo/schema/detail/names.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace dynamo {

/// One enumerator and the name under which it is stored.
struct enum_name {
  std::int64_t value = 0;
  std::string_view name;
  constexpr enum_name() = default;
  template <class Enum>
    requires std::is_enum_v<Enum>
  constexpr enum_name(Enum e, std::string_view n) : value(static_cast<std::int64_t>(e)), name(n) {}
};

/// Enums are stored by name (S), so that reordering the enumerators does not change what is stored. The names come from the
/// compiler for values from 0 to 127. List them where a value lies outside, or where the stored name differs:
///
///     template <> struct dynamo::names_of<Colour> {
///       static constexpr dynamo::enum_name list[] = {{Colour::red, "RED"}, {Colour::custom, "CUSTOM"}};
///     };
/// Writing a value without a name is errc::invalid_argument, reading an unknown name errc::decoding. Enums over an unsigned
/// 64-bit type are compared by their bits.
template <class Enum>
struct names_of {};

namespace detail {

inline constexpr std::size_t enum_values_scanned = 128;

template <auto... Values>
consteval std::string_view spelled_all() {
  return __PRETTY_FUNCTION__;
}

/// The compiler spells named values `shop::status::open` and others `(shop::status)7`, separated by commas; the scope may
/// have brackets of its own: `f(int, int)::status::open`, `{anonymous}::status::open`.
struct enum_scan {
  std::array<enum_name, enum_values_scanned> names{};
  std::size_t count = 0;
};
consteval std::string_view next_in_list(std::string_view& text) {
  std::size_t end = 0;
  for (int depth = 0; end < text.size(); ++end) {
    const char c = text[end];
    if (c == '(' || c == '{' || c == '<') ++depth;
    if ((c == ')' || c == '}' || c == '>') && depth-- == 0) break;
    if (c == ',' && depth == 0) break;
  }
  const std::string_view one = text.substr(0, end);
  text.remove_prefix(end + 1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return one;
}
consteval bool is_cast(std::string_view one) {
  while (!one.empty() && one.back() >= '0' && one.back() <= '9') one.remove_suffix(1);
  return one.empty() || one.back() == ')';
}
template <class Enum>
consteval enum_scan scan_enum(std::string_view text) {
  text.remove_prefix(text.find("Values = ") + sizeof("Values = {") - 1);
  enum_scan found;
  for (std::size_t value = 0; value < enum_values_scanned; ++value) {
    const std::string_view one = next_in_list(text);
    if (!is_cast(one))
      found.names[found.count++] = enum_name(static_cast<Enum>(value), one.substr(one.find_last_of(':') + 1));
  }
  return found;
}

template <class Enum, std::size_t... Value>
consteval std::string_view spelled_values(std::index_sequence<Value...>) {
  return spelled_all<static_cast<Enum>(Value)...>();
}

template <class Enum>
consteval auto list_of_enum() {
  if constexpr (requires { names_of<Enum>::list; }) {
    return std::to_array(names_of<Enum>::list);
  } else {
    static_assert(
        requires { Enum{0}; },
        "dynamo: an enum without a fixed underlying type cannot be scanned for its names; write `enum class`, give it "
        "one (`enum status : int`), or list the names in dynamo::names_of");
    constexpr enum_scan found = scan_enum<Enum>(spelled_values<Enum>(std::make_index_sequence<enum_values_scanned>()));
    static_assert(found.count != 0,
                  "dynamo: no enumerator of this enum lies between 0 and 127; list its names in dynamo::names_of");
    std::array<enum_name, found.count> names{};
    for (std::size_t i = 0; i < found.count; ++i) names[i] = found.names[i];
    return names;
  }
}
template <class Enum>
inline constexpr auto enum_names = list_of_enum<Enum>();

void write_enum(encoder&, std::span<const enum_name>, std::int64_t value);
/// False after a failure, which is recorded.
bool read_enum(decoder&, attribute_type, std::span<const enum_name>, std::int64_t& value);

}  // namespace detail

template <class Enum>
  requires std::is_enum_v<Enum> && (!std::same_as<Enum, std::byte>)
struct codec<Enum> {
  static constexpr attribute_type stored = attribute_type::S;
  static void write(encoder& out, Enum from) {
    detail::write_enum(out, detail::enum_names<Enum>, static_cast<std::int64_t>(from));
  }
  static void read(decoder& in, attribute_type found, Enum& to) {
    std::int64_t value = 0;
    if (detail::read_enum(in, found, detail::enum_names<Enum>, value)) to = static_cast<Enum>(value);
  }
};

}  // namespace dynamo

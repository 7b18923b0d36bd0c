#pragma once

#include <dynamo/schema/codec.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

/// Codecs of single values. What each type is stored as:
///
/// | C++                                   | DynamoDB | remark                                                      |
/// |---------------------------------------|----------|-------------------------------------------------------------|
/// | std::string                           | S        |                                                             |
/// | bool                                  | BOOL     |                                                             |
/// | integers                              | N        | exact; a stored value out of range is errc::decoding        |
/// | float, double, long double            | N        | shortest text that reads back as the same value; NaN and    |
/// |                                       |          | infinities are errc::invalid_argument                       |
/// | dynamo::number                        | N        | exact, 38 digits                                            |
/// | dynamo::attribute_value               | any      | as it is                                                    |
/// Characters (char, wchar_t, char8_t and their like) are refused: neither text nor number. std::int8_t and std::uint8_t are numbers.
namespace dynamo {

namespace detail {
void read_text(decoder&, attribute_type, std::string&);
void read_bool(decoder&, attribute_type, bool&);
std::int64_t read_signed(decoder&, attribute_type, std::int64_t low, std::int64_t high);
std::uint64_t read_unsigned(decoder&, attribute_type, std::uint64_t high);
void write_real(encoder&, double);
void write_real(encoder&, float);
void write_real(encoder&, long double);
void read_real(decoder&, attribute_type, double&);
void read_real(decoder&, attribute_type, float&);
void read_real(decoder&, attribute_type, long double&);
}  // namespace detail

template <>
struct codec<std::string> {
  static constexpr attribute_type stored = attribute_type::S;
  static void write(encoder& out, std::string_view from) { json::write_string_value(out.out(), from); }
  static void read(decoder& in, attribute_type found, std::string& to) { detail::read_text(in, found, to); }
};

template <>
struct codec<bool> {
  static constexpr attribute_type stored = attribute_type::BOOL;
  static void write(encoder& out, bool from) { json::write_bool_value(out.out(), from); }
  static void read(decoder& in, attribute_type found, bool& to) { detail::read_bool(in, found, to); }
};

template <std::integral Integer>
struct codec<Integer> {
  static_assert(
      !detail::character<Integer>,
      "dynamo: a character cannot be stored, being neither a text nor a number; use std::string for text, and "
      "std::int8_t or std::uint8_t for a small number");
  static constexpr attribute_type stored = attribute_type::N;
  using wide = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
  static void write(encoder& out, Integer from) { json::write_number_value(out.out(), static_cast<wide>(from)); }
  static void read(decoder& in, attribute_type found, Integer& to) {
    using limits = std::numeric_limits<Integer>;
    if constexpr (std::is_signed_v<Integer>) {
      to = static_cast<Integer>(detail::read_signed(in, found, limits::min(), limits::max()));
    } else {
      to = static_cast<Integer>(detail::read_unsigned(in, found, limits::max()));
    }
  }
};

template <std::floating_point Real>
struct codec<Real> {
  static constexpr attribute_type stored = attribute_type::N;
  static void write(encoder& out, Real from) { detail::write_real(out, from); }
  static void read(decoder& in, attribute_type found, Real& to) { detail::read_real(in, found, to); }
};

template <>
struct codec<number> {
  static constexpr attribute_type stored = attribute_type::N;
  static void write(encoder& out, const number& from) { json::write_number_value(out.out(), from); }
  static void read(decoder& in, attribute_type found, number& to);
};

template <>
struct codec<attribute_value> {
  static void write(encoder&, const attribute_value& from);
  static void read(decoder& in, attribute_type found, attribute_value& to);
};

}  // namespace dynamo

#pragma once

#include <dynamo/base/result.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

namespace detail {
template <class T>
concept character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
/// What is a number wherever it stands: neither truth nor text. std::int8_t and std::uint8_t are; `char` is not, since nobody who
/// writes 'a' means 97.
template <class T>
concept integer = std::integral<T> && !std::same_as<T, bool> && !character<T>;
}  // namespace detail

__extension__ typedef unsigned __int128 uint128;  // `using` would be refused by -Wpedantic

/// A DynamoDB number: up to 38 significant decimal digits, magnitude 1E-130 to 9.99...E+125, exact, always normalised.
///
/// Value = ±coefficient * 10^exponent with no trailing zero in the coefficient; zero has one form (there is no -0).
/// A trivially copyable value of 32 bytes. Source: "Naming rules and data types", Amazon DynamoDB Developer Guide.
class number {
 public:
  constexpr number() noexcept = default;
  template <detail::integer Integer>
    requires(sizeof(Integer) <= sizeof(std::uint64_t))
  constexpr number(Integer value) noexcept  // NOLINT(google-explicit-constructor): every integer is a number
      : number(std::signed_integral<Integer> && value < Integer{}, magnitude(value)) {}
  template <detail::character Character>
  constexpr number(Character) noexcept {  // NOLINT(google-explicit-constructor): refused, in words
    static_assert(!detail::character<Character>, "dynamo: a character is not a number; if its code is meant, write +c");
  }

  /// Accepts what DynamoDB accepts: digits with optional sign, point and exponent. Errors (errc::validation) carry DynamoDB's
  /// own words for: not a number, more than 38 digits, magnitude too large, magnitude too small.
  /// One pass: linear in the text however long it is, no allocation unless it fails. Spaces are not skipped.
  [[nodiscard]] static result<number> parse(std::string_view text);
  /// The shortest decimal that reads back as the same double. NaN, infinities and magnitudes out of range are errors
  /// (errc::invalid_argument).
  [[nodiscard]] static result<number> from_double(double);
  [[nodiscard]] static result<number> from_float(float);
  /// ±coefficient * 10^exponent, normalised; nothing when it has more than 38 digits or is out of range.
  static std::optional<number> from_parts(bool negative, uint128 coefficient, int exponent) noexcept;

  /// The way DynamoDB prints it: plain decimal digits, however many zeros that takes (1E125 has 126 characters).
  std::string to_string() const;
  /// Longest text to_chars() can write.
  static constexpr std::size_t text_size_max = 180;
  /// Writes the text of to_string() and returns its end; `out` has room for text_size_max characters.
  char* to_chars(char* out) const noexcept;

  /// Exact; nullopt-like errors (errc::decoding) when the number is fractional or out of the type's range.
  [[nodiscard]] result<std::int64_t> to_int64() const;
  [[nodiscard]] result<std::uint64_t> to_uint64() const;
  double to_double() const noexcept;  ///< nearest double

  constexpr bool negative() const noexcept { return negative_; }
  constexpr uint128 coefficient() const noexcept { return coefficient_; }
  constexpr int exponent() const noexcept { return exponent_; }
  constexpr bool is_zero() const noexcept { return coefficient_ == 0; }

  /// Sum and difference, exact or an error (errc::validation) in DynamoDB's words: a result of more than 38 digits is
  /// refused, not rounded, and so is one out of range.
  [[nodiscard]] static result<number> add(const number&, const number&);
  [[nodiscard]] static result<number> subtract(const number&, const number&);

  friend std::strong_ordering operator<=>(const number&, const number&) noexcept;
  friend constexpr bool operator==(const number&, const number&) noexcept = default;

  /// Bytes DynamoDB counts for this number in an item's size: 1 + one per two significant digits on each side of the
  /// point (+1 if negative). 3.14159 is 5, 123456 is 4, 1E125 is 2.
  std::size_t size() const noexcept;

 private:
  template <std::integral Integer>
  static constexpr std::uint64_t magnitude(Integer value) noexcept {
    const auto bits = static_cast<std::uint64_t>(value);  // a negative value is extended by its sign
    return std::signed_integral<Integer> && value < Integer{} ? 0 - bits : bits;
  }
  constexpr number(bool negative, std::uint64_t magnitude) noexcept {
    if (magnitude == 0) return;
    for (; magnitude % 10 == 0; magnitude /= 10) ++exponent_;
    coefficient_ = magnitude;
    negative_ = negative;
  }
  struct normalised {};  // the caller vouches for it
  constexpr number(normalised, bool negative, uint128 coefficient, int exponent) noexcept
      : coefficient_(coefficient), exponent_(static_cast<std::int16_t>(exponent)), negative_(negative) {}
  [[nodiscard]] static result<number> parse_any(std::string_view text);

  uint128 coefficient_ = 0;    // below 10^38, and no multiple of 10
  std::int16_t exponent_ = 0;  // 0 when the number is zero
  bool negative_ = false;      // false when the number is zero
};

}  // namespace dynamo

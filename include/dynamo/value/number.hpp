#pragma once

#include <dynamo/base/result.hpp>

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo {

/// A DynamoDB number: up to 38 significant decimal digits, magnitude 1E-130 to 9.99...E+125, exact, always normalised.
///
/// Value = ±coefficient * 10^exponent with no trailing zero in the coefficient; zero has one form (there is no -0).
/// A trivially copyable value of 32 bytes. Source: "Naming rules and data types", Amazon DynamoDB Developer Guide.
class number {
 public:
  constexpr number() noexcept = default;
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  constexpr number(Integer value) noexcept  // NOLINT(google-explicit-constructor): every integer is a number
      : number(value < 0, value < 0 ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value)) {}

  /// Accepts what DynamoDB accepts: digits with optional sign, point and exponent. Errors (errc::validation) carry DynamoDB's
  /// own words for: not a number, more than 38 digits, magnitude too large, magnitude too small.
  static result<number> parse(std::string_view text);
  /// The shortest decimal that reads back as the same double. NaN, infinities and magnitudes out of range are errors.
  static result<number> from_double(double);
  static result<number> from_float(float);

  /// The way DynamoDB prints it: plain decimal digits, however many zeros that takes (1E125 has 126 characters).
  std::string to_string() const;
  /// Longest text to_chars() can write.
  static constexpr std::size_t text_size_max = 180;
  /// Writes the text of to_string() and returns its end; `out` has room for text_size_max characters.
  char* to_chars(char* out) const noexcept;

  /// Exact; nullopt-like errors (errc::decoding) when the number is fractional or out of the type's range.
  result<std::int64_t> to_int64() const;
  result<std::uint64_t> to_uint64() const;
  double to_double() const noexcept;  ///< nearest double

  constexpr bool negative() const noexcept { return negative_; }
  constexpr unsigned __int128 coefficient() const noexcept { return coefficient_; }
  constexpr int exponent() const noexcept { return exponent_; }
  constexpr bool is_zero() const noexcept { return coefficient_ == 0; }

  /// Sum and difference, exact to 38 digits; errc::validation when the result does not fit ("Number overflow...").
  static result<number> add(const number&, const number&);
  static result<number> subtract(const number&, const number&);

  friend std::strong_ordering operator<=>(const number&, const number&) noexcept;
  friend constexpr bool operator==(const number&, const number&) noexcept = default;

  /// Bytes DynamoDB counts for this number in an item's size: 1 + one per two significant digits on each side of the
  /// point (+1 if negative). 3.14159 is 5, 123456 is 4, 1E125 is 2.
  std::size_t size() const noexcept;

 private:
  constexpr number(bool negative, unsigned __int128 coefficient) noexcept : coefficient_(coefficient), negative_(negative) {
    normalise();
  }
  constexpr void normalise() noexcept {
    if (coefficient_ == 0) {
      exponent_ = 0;
      negative_ = false;
      return;
    }
    while (coefficient_ % 10 == 0) {
      coefficient_ /= 10;
      ++exponent_;
    }
  }

  unsigned __int128 coefficient_ = 0;
  std::int16_t exponent_ = 0;
  bool negative_ = false;
};

}  // namespace dynamo

#include <dynamo/value/limits.hpp>
#include <dynamo/value/number.hpp>

#include <value/decimal.hpp>
#include <value/number_error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

// The texts that DynamoDB takes for a number (those of Java's BigDecimal, whose parser it shows in every known answer):
//
//   number   = [ sign ] significand [ ( "e" | "E" ) [ sign ] digits ]
//   significand = digits [ "." [ digits ] ] | "." digits
//   sign     = "+" | "-"

namespace dynamo {
namespace {

using decimal::digits_max;
using decimal::power_of_ten;

/// 0 to 9, or more for any other character.
constexpr unsigned digit_of(char c) noexcept { return static_cast<unsigned char>(c) - unsigned{'0'}; }

/// The digits of a significand as they come: value = coefficient * 10^zeros. Counts beyond 38 digits without keeping them.
class significand {
 public:
  void push(unsigned digit) noexcept {
    any_ = true;
    if (digit == 0) {
      zeros_ += coefficient_ != 0;  // not yet known whether another digit follows
      return;
    }
    count_ += zeros_ + 1;
    if (count_ <= digits_max) coefficient_ = coefficient_ * power_of_ten(static_cast<int>(zeros_ + 1)) + digit;
    zeros_ = 0;
  }
  bool any() const noexcept { return any_; }
  bool is_zero() const noexcept { return coefficient_ == 0; }
  std::int64_t count() const noexcept { return count_; }  ///< significant digits
  std::int64_t zeros() const noexcept { return zeros_; }  ///< after the last significant digit
  uint128 coefficient() const noexcept { return coefficient_; }

 private:
  uint128 coefficient_ = 0;
  std::int64_t count_ = 0;
  std::int64_t zeros_ = 0;
  bool any_ = false;
};

char* write_digits(std::uint64_t value, char* out) noexcept { return std::to_chars(out, out + 20, value).ptr; }

/// The digits of a coefficient, without leading zeros.
char* write_digits(uint128 value, char* out) noexcept {
  constexpr std::uint64_t chunk = 10'000'000'000'000'000'000U;  // 10^19
  if (value < chunk) return write_digits(static_cast<std::uint64_t>(value), out);
  out = write_digits(static_cast<std::uint64_t>(value / chunk), out);
  std::array<char, 20> low{};
  char* low_end = write_digits(static_cast<std::uint64_t>(value % chunk), low.data());
  // Never more than 19, which g++ 12 has to be told at -O2.
  const auto length = std::min<std::size_t>(static_cast<std::size_t>(low_end - low.data()), 19);
  out = std::fill_n(out, 19 - length, '0');
  return std::copy_n(low.data(), length, out);
}

}  // namespace

result<number> number::parse(std::string_view text) {
  // Nearly all numbers are short integers.
  constexpr std::size_t fast_size_max = 19;  // digits that 64 bits hold
  const bool minus = !text.empty() && text[0] == '-';
  const std::size_t size = text.size() - minus;
  if (size == 0 || size > fast_size_max) return parse_any(text);
  std::uint64_t magnitude = 0;
  for (const char c : text.substr(minus)) {
    const unsigned digit = digit_of(c);
    if (digit > 9) return parse_any(text);
    magnitude = magnitude * 10 + digit;
  }
  return number(minus, magnitude);
}

result<number> number::parse_any(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool minus = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;

  significand digits;
  for (; p != end && digit_of(*p) <= 9; ++p) digits.push(digit_of(*p));
  std::int64_t exponent = 0;  // of the last digit read
  std::int64_t exponent_of_zero = 0;
  if (p != end && *p == '.') {
    const char* const point = p++;
    for (; p != end && digit_of(*p) <= 9; ++p) digits.push(digit_of(*p));
    exponent = point + 1 - p;
  }
  if (!digits.any()) return fail(number_error::not_a_number(text));

  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    const bool below = p != end && *p == '-';
    if (p != end && (*p == '-' || *p == '+')) ++p;
    if (p == end) return fail(number_error::not_a_number(text));
    const std::uint64_t written_max = std::uint64_t{std::numeric_limits<std::int64_t>::max()} + (below ? 1 : 0);
    std::uint64_t written = 0;
    for (; p != end && digit_of(*p) <= 9; ++p) {
      if (written > (written_max - digit_of(*p)) / 10) return fail(number_error::not_a_number(text));  // observed
      written = written * 10 + digit_of(*p);
    }
    // Beyond anything that the zeros of a text could make good, and far inside 64 bits.
    constexpr std::uint64_t looked_at_max = std::uint64_t{1} << 56;
    const auto looked_at = static_cast<std::int64_t>(std::min(written, looked_at_max));
    exponent_of_zero = below ? -looked_at : looked_at;
    exponent += exponent_of_zero;
  }
  if (p != end) return fail(number_error::not_a_number(text));
  if (digits.is_zero()) {  // observed: its range is that of the exponent that it is written with
    if (exponent_of_zero > limits::number_exponent_max) return fail(number_error::overflow());
    if (exponent_of_zero < limits::number_exponent_min) return fail(number_error::underflow());
    return number();
  }

  const std::int64_t lowest = exponent + digits.zeros();
  const std::int64_t leading = lowest + digits.count() - 1;
  if (leading > limits::number_exponent_max) return fail(number_error::overflow());
  if (leading < limits::number_exponent_min) return fail(number_error::underflow());
  if (digits.count() > digits_max) return fail(number_error::too_many_digits());
  return number(normalised{}, minus, digits.coefficient(), static_cast<int>(lowest));
}

char* number::to_chars(char* out) const noexcept {
  if (negative_) *out++ = '-';
  if (exponent_ >= 0) {
    out = write_digits(coefficient_, out);
    return std::fill_n(out, exponent_, '0');
  }
  std::array<char, digits_max + 2> digits{};
  const auto count = static_cast<int>(write_digits(coefficient_, digits.data()) - digits.data());
  const int whole = count + exponent_;  // digits before the point
  if (whole > 0) {
    out = std::copy_n(digits.data(), whole, out);
    *out++ = '.';
    return std::copy_n(digits.data() + whole, -exponent_, out);
  }
  *out++ = '0';
  *out++ = '.';
  out = std::fill_n(out, -whole, '0');
  return std::copy_n(digits.data(), count, out);
}

std::string number::to_string() const {
  std::array<char, text_size_max> text;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  return {text.data(), to_chars(text.data())};
}

namespace {

template <class Float>
result<number> from_floating(Float value) {
  if (!std::isfinite(value)) return fail(errc::invalid_argument, "NaN and infinities are not numbers to DynamoDB");
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  auto parsed = number::parse({text.data(), written.ptr});
  if (!parsed) return fail(errc::invalid_argument, parsed.error().message());
  return parsed;
}

}  // namespace

result<number> number::from_double(double value) {
  constexpr double exact_max = 9007199254740992;  // 2^53: up to here integers are their own shortest text
  if (std::abs(value) <= exact_max && value == std::trunc(value)) return number(static_cast<std::int64_t>(value));
  return from_floating(value);
}

result<number> number::from_float(float value) { return from_floating(value); }

double number::to_double() const noexcept {
  // Both factors exact: one rounding, hence the nearest.
  constexpr std::uint64_t exact_max = std::uint64_t{1} << 53;
  constexpr std::array exact_powers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                       1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr int exact_exponent_max = static_cast<int>(exact_powers.size()) - 1;
  if (coefficient_ <= exact_max && exponent_ >= -exact_exponent_max && exponent_ <= exact_exponent_max) {
    const auto magnitude = static_cast<double>(static_cast<std::uint64_t>(coefficient_));
    const double scale = exact_powers[static_cast<std::size_t>(exponent_ < 0 ? -exponent_ : exponent_)];
    const double value = exponent_ < 0 ? magnitude / scale : magnitude * scale;
    return negative_ ? -value : value;
  }
  std::array<char, 48> text{};
  char* end = text.data();
  if (negative_) *end++ = '-';
  end = write_digits(coefficient_, end);
  *end++ = 'e';
  end = std::to_chars(end, text.data() + text.size(), static_cast<int>(exponent_)).ptr;
  double value = 0;
  std::from_chars(text.data(), end, value);
  return value;
}

}  // namespace dynamo

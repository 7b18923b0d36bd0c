#include <value/number_error.hpp>

#include <dynamo/value/detail/older_number_words.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

namespace dynamo::number_error {
namespace {

constexpr std::string_view no_number = "The parameter cannot be converted to a numeric value";

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool fits_32_bits(std::int64_t n) noexcept {
  return n >= std::numeric_limits<std::int32_t>::min() && n <= std::numeric_limits<std::int32_t>::max();
}

/// What Java's BigDecimal keeps of a text that is a number: its digits without leading zeros, and how many of them stand after the point.
struct big_decimal {
  std::int64_t precision = 0;
  std::int64_t scale = 0;
};

/// Nothing for a text whose exponent or scale has more than 32 bits.
std::optional<big_decimal> read_big_decimal(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  const std::string_view significand = text.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view digits = text.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (problem != std::errc() || !fits_32_bits(exponent)) return std::nullopt;
  }
  big_decimal read;
  bool after_point = false;
  for (const char c : significand) {
    if (c == '.') after_point = true;
    if (!is_digit(c)) continue;
    if (c != '0' || read.precision > 0) ++read.precision;
    if (after_point) ++read.scale;
  }
  read.precision = std::max<std::int64_t>(read.precision, 1);
  read.scale -= exponent;
  if (!fits_32_bits(read.scale)) return std::nullopt;
  return read;
}

}  // namespace

error not_a_number(std::string_view text) {
  constexpr std::size_t quoted_max = 256;  // our own bound: a request may hold a megabyte that is no number
  std::string message(no_number);
  message += ": ";
  if (text.size() <= quoted_max) {
    message += text;
  } else {
    std::size_t end = quoted_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a UTF-8 character
    message.append(text.substr(0, end)).append("...");
  }
  return {errc::validation, std::move(message)};
}

error too_many_digits() {
  return {errc::validation, "Attempting to store more than 38 significant digits in a Number"};
}

error overflow() {
  return {errc::validation, "Number overflow. Attempting to store a number with magnitude larger than supported range"};
}

error underflow() {
  return {errc::validation,
          "Number underflow. Attempting to store a number with magnitude smaller than supported range"};
}

error of_older_layer(std::string_view text, const error& why) {
  if (text.empty()) return {errc::validation, std::string(no_number)};
  if (why.message().starts_with(no_number)) return why;
  const auto read = read_big_decimal(text);
  if (!read) return not_a_number(text);
  // Its 32 bits overflow here, and it takes the largest numbers for the smallest.
  return fits_32_bits(read->precision - read->scale) ? why : underflow();
}

}  // namespace dynamo::number_error

#pragma once

#include <dynamo/value/number.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// Decimal digits of 128-bit integers.
namespace dynamo::decimal {

inline constexpr int digits_max = 38;  ///< 10^38 fits in 128 bits, with a factor of 3.4 to spare

inline constexpr auto powers_of_ten = [] {
  std::array<uint128, digits_max + 1> table{};
  uint128 power = 1;
  for (auto& entry : table) {
    entry = power;
    power *= 10;
  }
  return table;
}();
constexpr uint128 power_of_ten(int exponent) noexcept { return powers_of_ten[static_cast<std::size_t>(exponent)]; }

/// How many digits a value has; 1 for zero.
constexpr int digit_count(uint128 value) noexcept {
  value |= 1;  // never changes the number of digits, except that zero gets one
  const auto high = static_cast<std::uint64_t>(value >> 64);
  const auto low = static_cast<std::uint64_t>(value);
  const int bits = high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(low);
  const int guess = bits * 1233 >> 12;  // of log10(2) = 0.30103: right or one too small, up to 128 bits
  return guess + (value >= power_of_ten(guess) ? 1 : 0);
}

/// Takes the zeros off the end of a value that is not zero, and returns how many there were.
constexpr int strip_zeros(uint128& value) noexcept {
  int zeros = 0;
  // A division of 128 bits costs as much as ten of 64.
  while ((value >> 64) != 0) {
    if (value % power_of_ten(8) == 0) {
      value /= power_of_ten(8);
      zeros += 8;
    } else if (value % 10 == 0) {
      value /= 10;
      ++zeros;
    } else {
      return zeros;
    }
  }
  auto small = static_cast<std::uint64_t>(value);
  for (; small % 10 == 0; small /= 10) ++zeros;
  value = small;
  return zeros;
}

}  // namespace dynamo::decimal

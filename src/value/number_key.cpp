#include <dynamo/value/detail/number_key.hpp>

#include <dynamo/value/limits.hpp>

#include <value/decimal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

// Version 1 of the format, part of version 1 of the format on disk. One byte a symbol:
//
//   key       = zero | positive | negative
//   zero      = 0x02
//   positive  = 0x03 magnitude
//   negative  = 0x01 magnitude, with every bit of the magnitude inverted
//   magnitude = exponent pair* end
//   exponent  = place of the first pair + 0x80; pairs are read from the decimal point, so that
//               value = (pair[0] + pair[1] / 100 + pair[2] / 10000 + ...) * 100^place, with place in -65 .. 62
//   pair      = two digits, 00 .. 99, + 1; neither the first nor the last pair is 00
//   end       = 0x00, below every pair: of two numbers that begin alike the shorter one is the smaller
//
// 0 is 02; 1 is 03 80 02 00; 100 is 03 81 02 00; 12.5 is 03 80 0D 33 00; -1 is 01 7F FD FF.

namespace dynamo {
namespace {

using decimal::power_of_ten;

enum sign_byte : std::uint8_t { negative_sign = 0x01, zero_sign = 0x02, positive_sign = 0x03 };
constexpr int exponent_bias = 0x80;
constexpr unsigned pair_bias = 1;
constexpr int pairs_max = 20;  // 38 digits, the first and the last of which may each stand alone in a pair

constexpr int floor_half(int n) noexcept { return n >> 1; }

static_assert(number_key_size_max == 1 + 1 + pairs_max + 1);
static_assert(floor_half(limits::number_exponent_min) + exponent_bias >= 0);
static_assert(floor_half(limits::number_exponent_max) + exponent_bias <= 0xFF);

/// Writes the last `pairs` pairs of a value so that they end at `end`; returns where they begin.
std::uint8_t* write_pairs_before(std::uint64_t value, std::ptrdiff_t pairs, std::uint8_t* end) noexcept {
  for (; pairs > 0; --pairs, value /= 100) *--end = static_cast<std::uint8_t>(value % 100 + pair_bias);
  return end;
}

}  // namespace

char* write_number_key(const number& n, char* out) noexcept {
  auto* to = reinterpret_cast<std::uint8_t*>(out);
  if (n.is_zero()) {
    *to = zero_sign;
    return out + 1;
  }
  // Pairs are read from the point, so an odd exponent gives one of its zeros to the last pair.
  const int last_place = floor_half(n.exponent());
  const bool odd = n.exponent() != 2 * last_place;
  const int pairs = floor_half(decimal::digit_count(n.coefficient()) + odd + 1);

  const std::uint8_t flip = n.negative() ? 0xFF : 0x00;
  *to++ = n.negative() ? negative_sign : positive_sign;
  *to++ = static_cast<std::uint8_t>(last_place + pairs - 1 + exponent_bias);
  std::uint8_t* const end = to + pairs;

  // From the back, nine pairs at a time: with that zero the coefficient may have 39 digits, too many for 128 bits.
  constexpr std::uint64_t nine_pairs = 1'000'000'000'000'000'000;
  uint128 rest = n.coefficient();
  std::uint64_t modulus = odd ? nine_pairs / 10 : nine_pairs;
  std::uint64_t scale = odd ? 10 : 1;
  for (std::uint8_t* at = end; at != to; modulus = nine_pairs, scale = 1) {
    at = write_pairs_before(static_cast<std::uint64_t>(rest % modulus) * scale, std::min<std::ptrdiff_t>(at - to, 9),
                            at);
    rest /= modulus;
  }
  *end = 0x00;
  if (flip != 0) {
    for (std::uint8_t* byte = to - 1; byte <= end; ++byte) *byte ^= flip;
  }
  return reinterpret_cast<char*>(end + 1);
}

void append_number_key(const number& n, std::string& out) {
  std::array<char, number_key_size_max>
      key;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  out.append(key.data(), write_number_key(n, key.data()));
}

std::optional<number> take_number_key(std::string_view& bytes) noexcept {
  if (bytes.empty()) return std::nullopt;
  const auto sign = static_cast<std::uint8_t>(bytes[0]);
  if (sign == zero_sign) {
    bytes.remove_prefix(1);
    return number();
  }
  if (sign != positive_sign && sign != negative_sign) return std::nullopt;
  const std::uint8_t flip = sign == negative_sign ? 0xFF : 0x00;
  const auto byte_at = [&](std::size_t i) {
    return static_cast<std::uint8_t>(static_cast<std::uint8_t>(bytes[i]) ^ flip);
  };
  if (bytes.size() < 2) return std::nullopt;
  const int first_place = byte_at(1) - exponent_bias;

  uint128 coefficient = 0;
  std::size_t at = 2;
  int pairs = 0;
  unsigned pair = 0;
  for (;; ++at) {
    if (at == bytes.size()) return std::nullopt;
    const unsigned symbol = byte_at(at);
    if (symbol == 0x00) break;
    pair = symbol - pair_bias;
    if (pair > 99 || (pair == 0 && pairs == 0) || pairs == pairs_max) return std::nullopt;
    // The twentieth pair would not fit in 128 bits: there the first pair has one digit and the last one ends in a zero.
    if (++pairs < pairs_max) {
      coefficient = coefficient * 100 + pair;
    } else if (pair % 10 != 0 || coefficient >= power_of_ten(decimal::digits_max - 1)) {
      return std::nullopt;
    }
  }
  if (pairs == 0 || pair == 0) return std::nullopt;
  int exponent = 2 * (first_place - pairs + 1);
  if (pairs == pairs_max) {
    coefficient = coefficient * 10 + pair / 10;
    ++exponent;
  }
  const auto n = number::from_parts(sign == negative_sign, coefficient, exponent);
  if (n) bytes.remove_prefix(at + 1);
  return n;
}

}  // namespace dynamo

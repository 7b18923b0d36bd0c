#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Plain texts of everyday values, read without a detour. Each gives false for whatever is not plain, having changed nothing; the
/// codec then reads it from the start and finds the words for what is wrong.
namespace dynamo::detail {

/// Digits alone, at most 18 of them, so that no sum overflows.
inline bool read_plain_digits(const char* at, const char* end, std::uint64_t& value) noexcept {
  constexpr std::ptrdiff_t digits_max = 18;
  if (at == end || end - at > digits_max) return false;
  std::uint64_t sum = 0;
  for (; at != end; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) return false;
    sum = sum * 10 + digit;
  }
  value = sum;
  return true;
}

inline bool read_plain(std::string_view text, std::int64_t& value) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  std::uint64_t magnitude = 0;
  if (!read_plain_digits(text.data() + (negative ? 1 : 0), text.data() + text.size(), magnitude)) return false;
  value = negative ? -static_cast<std::int64_t>(magnitude) : static_cast<std::int64_t>(magnitude);
  return true;
}
inline bool read_plain(std::string_view text, std::uint64_t& value) noexcept {
  return read_plain_digits(text.data(), text.data() + text.size(), value);
}

/// Digits with at most one point among them. A double holds all integers up to 2^53 and all powers of ten up to 10^22, and
/// IEEE 754 rounds their quotient correctly, so it is the double nearest to the text (W. D. Clinger, "How to read floating
/// point numbers accurately").
inline bool read_plain(std::string_view text, double& value) noexcept {
  constexpr std::ptrdiff_t digits_max = 15;
  static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  if (end - at > digits_max) return false;
  std::uint64_t sum = 0;
  const char* const first = at;
  const char* point = nullptr;
  for (; at != end; ++at) {
    if (*at == '.' && point == nullptr && at != first) {
      point = at;
      continue;
    }
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) return false;
    sum = sum * 10 + digit;
  }
  if (at == first || point == end - 1 || (negative && sum == 0)) return false;
  const auto magnitude = static_cast<double>(static_cast<std::int64_t>(sum));
  const double quotient = point == nullptr ? magnitude : magnitude / powers[end - point - 1];
  value = negative ? -quotient : quotient;
  return true;
}

/// Into memory that is there where it suffices; otherwise made anew, which is half the work of growing.
inline void assign_text(std::string& to, std::string_view text) {
  if (text.size() <= to.capacity()) {
    to.assign(text);
  } else {
    to = std::string(text);
  }
}

}  // namespace dynamo::detail

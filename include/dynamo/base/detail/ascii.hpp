#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

// Letters and digits of ASCII, whatever the locale.

constexpr bool is_ascii_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_ascii_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || is_ascii_capital(c); }
constexpr char ascii_lower(char c) noexcept { return is_ascii_capital(c) ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return ascii_lower(c); });
  return lower;
}

/// `lower` is in small letters.
constexpr bool equals_without_case(std::string_view text, std::string_view lower) noexcept {
  return std::ranges::equal(text, lower, {}, [](char c) { return ascii_lower(c); });
}

/// A number of digits alone, that fits; nothing for any other text.
inline std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || at != end || !is_ascii_digit(text.front())) return std::nullopt;
  return number;
}

}  // namespace dynamo

#pragma once

#include <dynamo/base/detail/ascii.hpp>

#include <string>
#include <string_view>

namespace dynamo {

/// Appends text with all but letters, digits and -_.~ as %XX: what RFC 3986 leaves unreserved, in signatures, queries and forms.
inline void append_percent_encoded(std::string& to, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_ascii_letter(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      to += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    to += '%';
    to += digits[byte >> 4U];
    to += digits[byte & 15U];
  }
}

}  // namespace dynamo

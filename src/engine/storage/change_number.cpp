#include "change_number.hpp"

#include <algorithm>

namespace dynamo::engine {

std::string to_sequence_number(change_number number) {
  uint128 rest = number.whole();
  std::string digits;
  for (; rest != 0; rest /= 10) digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  if (digits.empty()) digits = "0";
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::optional<change_number> from_sequence_number(std::string_view text) noexcept {
  constexpr auto greatest = (static_cast<uint128>(1) << 96) - 1;
  uint128 value = 0;
  if (text.empty() || text.size() > 40) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > greatest / 10) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > greatest) return std::nullopt;
  return change_number::from(value);
}

}  // namespace dynamo::engine

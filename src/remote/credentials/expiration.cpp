#include <remote/credentials/expiration.hpp>

#include <dynamo/base/detail/ascii.hpp>
#include <dynamo/base/detail/time_text.hpp>

#include <algorithm>
#include <string>

namespace dynamo::aws {
namespace {

constexpr std::size_t whole_seconds = std::string_view("2026-11-27T12:00:00").size();

/// "+01:00", "-0130"
std::optional<std::chrono::minutes> offset_from_text(std::string_view text) {
  std::string digits(text.substr(1));
  if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
  if (digits.size() != 4) return std::nullopt;
  const auto number = whole_number(digits);
  if (!number || *number / 100 > 23 || *number % 100 > 59) return std::nullopt;
  const std::chrono::minutes offset(*number / 100 * 60 + *number % 100);
  return text.front() == '-' ? -offset : offset;
}

}  // namespace

std::optional<instant> expiration_from_text(std::string_view text) {
  if (text.size() < whole_seconds) return std::nullopt;
  std::string time(text.substr(0, whole_seconds));
  std::string_view zone = text.substr(whole_seconds);
  if (zone.starts_with('.')) {
    const std::size_t end = std::min(zone.find_first_not_of("0123456789", 1), zone.size());
    if (end == 1) return std::nullopt;
    std::string milliseconds(zone.substr(0, std::min<std::size_t>(end, 4)));
    milliseconds.resize(4, '0');
    time += milliseconds;
    zone.remove_prefix(end);
  }
  const std::optional<instant> at = time_from_text(time);
  if (!at || zone.empty()) return std::nullopt;
  if (zone == "Z" || zone == "UTC") return at;
  if (zone.front() != '+' && zone.front() != '-') return std::nullopt;
  const auto offset = offset_from_text(zone);
  if (!offset) return std::nullopt;
  return *at - *offset;
}

}  // namespace dynamo::aws

#include <remote/calls/clock_skew.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace dynamo::aws {
namespace {

std::optional<unsigned> digits_at(std::string_view text, std::size_t at, std::size_t count) noexcept {
  unsigned value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + static_cast<unsigned>(c - '0');
  }
  return value;
}

}  // namespace

bool clock_skew::mend(std::string_view date, instant signed_at, instant now) noexcept {
  const std::optional<instant> theirs = parse_http_date(date);
  if (!theirs) return false;
  const auto off = *theirs > signed_at ? *theirs - signed_at : signed_at - *theirs;
  if (off < noticed_from) return false;
  ahead_.store((*theirs - now).count(), std::memory_order_relaxed);
  return true;
}

std::optional<instant> parse_http_date(std::string_view text) noexcept {
  //                                    0123456789012345678901234567 8
  constexpr std::string_view form = "***, 00 *** 0000 00:00:00 GMT";
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '*' && form[i] != '0' && form[i] != text[i]) return std::nullopt;
  }
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const auto day = digits_at(text, 5, 2), year = digits_at(text, 12, 4);
  const auto hours = digits_at(text, 17, 2), minutes = digits_at(text, 20, 2), seconds = digits_at(text, 23, 2);
  if (month == months.end() || !day || !year || !hours || !minutes || !seconds) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                                         std::chrono::day(*day)};
  if (!date.ok() || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return instant(std::chrono::sys_days(date)) + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

}  // namespace dynamo::aws

#include <dynamo/base/detail/time_text.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace dynamo {

namespace {

using std::chrono::sys_days;
using std::chrono::year;

const instant first_written = instant(sys_days(year(0) / 1 / 1));
const instant last_written = instant(sys_days(year(10'000) / 1 / 1)) - std::chrono::microseconds(1);

}  // namespace

std::string time_text(instant at, time_precision precision) {
  at = std::clamp(at, first_written, last_written);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(at - day));
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 time.hours().count(), time.minutes().count(), time.seconds().count());
  if (precision == time_precision::milliseconds) text += fmt::format(".{:03}", time.subseconds().count());
  return text;
}

std::optional<instant> time_from_text(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd.ddd";
  const bool whole_seconds = text.size() == form.size() - 4;
  if (text.size() != form.size() && !whole_seconds) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  const std::chrono::year_month_day date{year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) return std::nullopt;
  return instant(sys_days(date)) + std::chrono::hours(number(11, 2)) + std::chrono::minutes(number(14, 2)) +
         std::chrono::seconds(number(17, 2)) + std::chrono::milliseconds(whole_seconds ? 0 : number(20, 3));
}

}  // namespace dynamo

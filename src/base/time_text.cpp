#include <dynamo/base/time_text.hpp>

#include <fmt/format.h>

namespace dynamo {

std::string time_text(instant at, time_precision precision) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(at - day));
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 time.hours().count(), time.minutes().count(), time.seconds().count());
  if (precision == time_precision::milliseconds) text += fmt::format(".{:03}", time.subseconds().count());
  return text;
}

}  // namespace dynamo

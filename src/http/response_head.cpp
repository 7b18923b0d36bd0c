#include "response_head.hpp"

#include <dynamo/http/crc32.hpp>

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace dynamo::http {

void write_head(std::string& out, const response& r, std::string_view date, afterwards next, bool http_1_0) {
  out.clear();
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n{}Date: {}\r\nContent-Length: {}\r\n", r.status,
                 reason_phrase(r.status), r.fields, date, r.body.size());
  if (!r.checksum_field.empty()) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", r.checksum_field, crc32(r.body.view()));
  }
  if (next == afterwards::close) {
    out += "Connection: close\r\n";
  } else if (http_1_0) {
    out += "Connection: keep-alive\r\n";  // HTTP/1.1 keeps it unless told otherwise
  }
  out += "\r\n";
}

std::string http_date(instant at) {
  static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

}  // namespace dynamo::http

#include <http/message/response_head.hpp>

#include <dynamo/http/detail/crc32.hpp>

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace dynamo::http {
namespace {

std::string_view view(const fmt::format_int& digits) noexcept { return {digits.data(), digits.size()}; }

}  // namespace

void write_head(std::string& out, const response& r, std::string_view date, afterwards next, bool http_1_0) {
  out.clear();
  out.append("HTTP/1.1 ")
      .append(view(fmt::format_int(r.status)))
      .append(" ")
      .append(reason_phrase(r.status))
      .append("\r\n");
  out.append(r.fields).append("Date: ").append(date);
  out.append("\r\nContent-Length: ").append(view(fmt::format_int(r.body.size()))).append("\r\n");
  if (!r.checksum_field.empty()) {
    out.append(r.checksum_field).append(": ").append(view(fmt::format_int(crc32(r.body.view())))).append("\r\n");
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

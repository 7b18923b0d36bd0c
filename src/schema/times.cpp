#include <dynamo/schema/times.hpp>

#include <dynamo/value/number.hpp>

#include <charconv>
#include <limits>

namespace dynamo {

namespace {

constexpr std::int64_t power_of_ten(unsigned exponent) {
  std::int64_t power = 1;
  while (exponent-- != 0) power *= 10;
  return power;
}

/// Two digits at `out`.
char* write_digits(char* out, unsigned value, unsigned count) {
  for (unsigned i = count; i-- != 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + count;
}

bool read_digits(std::string_view text, unsigned& value) {
  value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return true;
}

}  // namespace

void detail::write_seconds(encoder& out, std::int64_t ticks, tick_scale scale) {
  if (scale.decimals == 0) {
    if (__builtin_mul_overflow(ticks, scale.numerator, &ticks)) {
      out.fail("the time is too far away to be counted in seconds");
      ticks = 0;
    }
    return json::write_number_value(out.out(), ticks);
  }
  // numerator is 1 for every unit below a second that <chrono> has; a reduced ratio shares no factor with the power of ten.
  const bool negative = ticks < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(ticks) : static_cast<std::uint64_t>(ticks);
  const auto per_second = static_cast<std::uint64_t>(power_of_ten(scale.decimals));
  std::uint64_t fraction = magnitude % per_second;
  char text[48];
  char* end = text;
  if (negative) *end++ = '-';
  end = std::to_chars(end, text + sizeof text, magnitude / per_second).ptr;
  if (fraction != 0) {
    *end++ = '.';
    for (std::uint64_t unit = per_second / 10; fraction != 0; fraction %= unit, unit /= 10) {
      *end++ = static_cast<char>('0' + fraction / unit);
      if (unit == 1) break;
    }
  }
  json::buffer& json = out.out();
  json.append("{\"N\":\"");
  json.append(std::string_view(text, static_cast<std::size_t>(end - text)));
  json.append("\"}");
}

std::int64_t detail::read_seconds(decoder& in, attribute_type found, tick_scale scale) {
  if (!in.expect(found, attribute_type::N)) return 0;
  const std::string_view text = in.in().read_string();
  if (!in.in().ok()) return 0;
  const result<number> seconds = number::parse(text);
  if (!seconds) {
    in.fail(seconds.error().message());
    return 0;
  }
  // ticks = coefficient * 10^(exponent + decimals) / numerator, which has to come out even.
  uint128 ticks = seconds->coefficient();
  int exponent = seconds->exponent() + static_cast<int>(scale.decimals);
  const auto limit = static_cast<uint128>(std::numeric_limits<std::int64_t>::max()) + (seconds->negative() ? 1 : 0);
  bool fits = true;
  for (; exponent > 0 && fits && ticks != 0; --exponent) {
    fits = ticks <= limit;
    ticks *= 10;
  }
  if (ticks != 0 && exponent < 0) fits = false;  // a fraction of a tick: the coefficient has no trailing zero
  const auto per_tick = static_cast<uint128>(scale.numerator);
  if (fits && ticks % per_tick == 0 && ticks / per_tick <= limit) {
    const auto magnitude = static_cast<std::uint64_t>(ticks / per_tick);
    const auto count = static_cast<std::int64_t>(seconds->negative() ? 0 - magnitude : magnitude);
    if (count >= scale.low && count <= scale.high) return count;
  }
  in.fail("the stored time of " + std::string(seconds->to_string()) + " seconds does not fit the type it is read into");
  return 0;
}

void detail::write_date(encoder& out, std::chrono::year_month_day date) {
  const int year = static_cast<int>(date.year());
  if (!date.ok() || year < 0 || year > 9999) {
    out.fail("the date does not exist, or lies outside the years 0 to 9999");
    return json::write_null_value(out.out());
  }
  char text[10];
  char* at = write_digits(text, static_cast<unsigned>(year), 4);
  *at++ = '-';
  at = write_digits(at, static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  write_digits(at, static_cast<unsigned>(date.day()), 2);
  json::write_string_value(out.out(), std::string_view(text, sizeof text));
}

void detail::read_date(decoder& in, attribute_type found, std::chrono::year_month_day& to) {
  if (!in.expect(found, attribute_type::S)) return;
  const std::string_view text = in.in().read_string();
  unsigned year = 0, month = 0, day = 0;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-' && read_digits(text.substr(0, 4), year) &&
      read_digits(text.substr(5, 2), month) && read_digits(text.substr(8, 2), day)) {
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                           std::chrono::day(day));
    if (date.ok()) {
      to = date;
      return;
    }
  }
  if (in.in().ok()) in.fail("`" + std::string(text) + "` is not a date like 2026-11-21");
}

}  // namespace dynamo

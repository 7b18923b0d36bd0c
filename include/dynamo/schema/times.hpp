#pragma once

#include <dynamo/schema/codec.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>
#include <utility>

/// | C++                                            | DynamoDB | remark                                                       |
/// |------------------------------------------------|----------|--------------------------------------------------------------|
/// | std::chrono::sys_time<D>: sys_seconds, sys_days | N       | seconds since 1970 (what TTL wants), with as many decimals   |
/// |                                                |          | as the value needs                                           |
/// | std::chrono::duration                          | N        | seconds, likewise: the unit of the C++ type can change       |
/// | std::chrono::year_month_day                    | S        | "2026-11-21", sorts by date; years 0 to 9999                 |
///
/// Exact in both directions: a stored fraction that the type cannot hold is errc::decoding.
namespace dynamo {

namespace detail {

/// How a tick relates to a second: ticks * numerator / 10^decimals; and how many of them the type can hold.
struct tick_scale {
  std::int64_t numerator;
  unsigned decimals;
  std::int64_t low;
  std::int64_t high;
};
consteval int decimals_of(std::intmax_t denominator) {
  int decimals = 0;
  while (denominator % 10 == 0) denominator /= 10, ++decimals;
  return denominator == 1 ? decimals : -1;
}
void write_seconds(encoder&, std::int64_t ticks, tick_scale);
std::int64_t read_seconds(decoder&, attribute_type, tick_scale);
void write_date(encoder&, std::chrono::year_month_day);
void read_date(decoder&, attribute_type, std::chrono::year_month_day&);

}  // namespace detail

template <std::integral Rep, class Period>
struct codec<std::chrono::duration<Rep, Period>> {
  static_assert(
      detail::decimals_of(Period::den) >= 0 && std::in_range<std::int64_t>(std::numeric_limits<Rep>::max()),
      "dynamo: this duration's unit is not a decimal fraction of a second, or its counter is wider than std::int64_t; "
      "specialise dynamo::codec for it");
  static constexpr detail::tick_scale scale{Period::num, static_cast<unsigned>(detail::decimals_of(Period::den)),
                                            std::numeric_limits<Rep>::min(), std::numeric_limits<Rep>::max()};
  static constexpr attribute_type stored = attribute_type::N;
  using duration = std::chrono::duration<Rep, Period>;
  static void write(encoder& out, duration from) { detail::write_seconds(out, from.count(), scale); }
  static void read(decoder& in, attribute_type found, duration& to) {
    to = duration(static_cast<Rep>(detail::read_seconds(in, found, scale)));
  }
};

template <class Duration>
struct codec<std::chrono::sys_time<Duration>> {
  static constexpr attribute_type stored = attribute_type::N;
  static void write(encoder& out, std::chrono::sys_time<Duration> from) {
    codec<Duration>::write(out, from.time_since_epoch());
  }
  static void read(decoder& in, attribute_type found, std::chrono::sys_time<Duration>& to) {
    Duration since{};
    codec<Duration>::read(in, found, since);
    to = std::chrono::sys_time<Duration>(since);
  }
};

template <>
struct codec<std::chrono::year_month_day> {
  static constexpr attribute_type stored = attribute_type::S;
  static void write(encoder& out, std::chrono::year_month_day from) { detail::write_date(out, from); }
  static void read(decoder& in, attribute_type found, std::chrono::year_month_day& to) {
    detail::read_date(in, found, to);
  }
};

}  // namespace dynamo

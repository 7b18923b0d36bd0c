#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/schema/times.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <type_traits>

namespace dynamo {

namespace detail {

/// A whole number of seconds, rounded up; errc::invalid_argument if std::int64_t cannot count them.
[[nodiscard]] result<std::chrono::seconds> whole_seconds(bool negative, std::uint64_t ticks, std::intmax_t numerator,
                                                         std::intmax_t denominator);
[[nodiscard]] result<std::chrono::seconds> whole_seconds(long double seconds);

template <class Rep, class Period>
[[nodiscard]] result<std::chrono::seconds> whole_seconds(std::chrono::duration<Rep, Period> given) {
  if constexpr (std::is_floating_point_v<Rep>) {
    return whole_seconds(static_cast<long double>(given.count()) * Period::num / Period::den);
  } else {
    static_assert(std::is_integral_v<Rep>, "dynamo: a time to live counts in integers or in floating point");
    const bool negative = given.count() < 0;
    const auto ticks = static_cast<std::uint64_t>(given.count());
    return whole_seconds(negative, negative ? 0 - ticks : ticks, Period::num, Period::den);
  }
}

}  // namespace detail

/// When an item expires, as DynamoDB's Time to Live wants it: a number (N) of whole seconds since 1970. A member of this type is
/// like one of type std::chrono::sys_seconds, into which it converts both ways, with ways to make one that cannot overflow:
///
///     struct Session { std::string id; std::optional<dynamo::ttl> expires; };
///     auto expires = dynamo::ttl::after(std::chrono::hours(12));   // result<ttl>
///
/// Fractions of a second are rounded up: nothing expires early. That items are deleted is a setting of the table; it happens
/// within a few days after they have expired.
class ttl {
 public:
  /// 1970, which has expired.
  constexpr ttl() = default;
  constexpr ttl(std::chrono::sys_seconds at) noexcept : at_(at) {}  // NOLINT(google-explicit-constructor)

  /// So long after now. errc::invalid_argument if that is more than the seconds of a std::int64_t, or not a number.
  template <class Rep, class Period>
  [[nodiscard]] static result<ttl> after(std::chrono::duration<Rep, Period> lifetime,
                                         const clock& time = system_clock()) {
    return from_now(detail::whole_seconds(lifetime), time);
  }
  [[nodiscard]] static result<ttl> after_seconds(std::int64_t count, const clock& time = system_clock());
  [[nodiscard]] static result<ttl> after_days(std::int64_t count, const clock& time = system_clock());
  /// At that time. errc::invalid_argument if it is too far away to be counted in seconds, or not a number.
  template <class Duration>
  [[nodiscard]] static result<ttl> at(std::chrono::sys_time<Duration> time) {
    const result<std::chrono::seconds> since = detail::whole_seconds(time.time_since_epoch());
    if (!since) return std::unexpected(since.error());
    return ttl(std::chrono::sys_seconds(*since));
  }
  /// At so many seconds after 1970.
  static constexpr ttl from_unix_seconds(std::int64_t count) noexcept {
    return ttl(std::chrono::sys_seconds(std::chrono::seconds(count)));
  }

  constexpr std::chrono::sys_seconds time() const noexcept { return at_; }
  constexpr std::int64_t unix_seconds() const noexcept { return at_.time_since_epoch().count(); }
  constexpr operator std::chrono::sys_seconds() const noexcept { return at_; }  // NOLINT(google-explicit-constructor)

  friend constexpr bool operator==(ttl, ttl) noexcept = default;
  friend constexpr auto operator<=>(ttl, ttl) noexcept = default;

 private:
  [[nodiscard]] static result<ttl> from_now(const result<std::chrono::seconds>& lifetime, const clock&);

  std::chrono::sys_seconds at_{};
};

template <>
struct codec<ttl> : codec_via<ttl, std::chrono::sys_seconds> {
  static std::chrono::sys_seconds to_stored(ttl from) { return from.time(); }
  static ttl from_stored(std::chrono::sys_seconds at) { return ttl(at); }
};

}  // namespace dynamo

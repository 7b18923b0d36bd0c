#include <dynamo/schema/ttl.hpp>

#include <dynamo/value/number.hpp>

#include <cmath>
#include <limits>

namespace dynamo {

namespace {

using std::chrono::seconds;

std::unexpected<error> too_far_away() {
  return fail(errc::invalid_argument, "a time to live is too far away to be counted in seconds");
}

}  // namespace

result<seconds> detail::whole_seconds(bool negative, std::uint64_t ticks, std::intmax_t numerator,
                                      std::intmax_t denominator) {
  const uint128 product = static_cast<uint128>(ticks) * static_cast<uint128>(numerator);
  const auto unit = static_cast<uint128>(denominator);
  uint128 magnitude = product / unit;
  if (!negative && product % unit != 0) ++magnitude;
  const auto limit = static_cast<uint128>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
  if (magnitude > limit) return too_far_away();
  const auto count = static_cast<std::uint64_t>(magnitude);
  return seconds(static_cast<std::int64_t>(negative ? 0 - count : count));
}

result<seconds> detail::whole_seconds(long double given) {
  const long double rounded = std::ceil(given);
  constexpr long double limit = 9'223'372'036'854'775'808.0L;  // 2^63
  if (!(rounded >= -limit && rounded < limit)) return too_far_away();
  return seconds(static_cast<std::int64_t>(rounded));
}

result<ttl> ttl::from_now(const result<seconds>& lifetime, const clock& time) {
  if (!lifetime) return std::unexpected(lifetime.error());
  const std::int64_t now = std::chrono::ceil<seconds>(time.now()).time_since_epoch().count();
  std::int64_t at = 0;
  if (__builtin_add_overflow(now, lifetime->count(), &at)) return too_far_away();
  return from_unix_seconds(at);
}

result<ttl> ttl::after_seconds(std::int64_t count, const clock& time) { return after(seconds(count), time); }

result<ttl> ttl::after_days(std::int64_t count, const clock& time) {
  return after(std::chrono::duration<std::int64_t, std::ratio<86'400>>(count), time);
}

}  // namespace dynamo

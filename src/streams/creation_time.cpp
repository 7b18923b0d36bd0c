#include <dynamo/streams/detail/wire.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace dynamo::streams {
namespace {

/// A unit, and the number from which on a time counts a smaller one.
class unit {
 public:
  std::int64_t microseconds;
  std::int64_t end;
};
constexpr std::array units{unit{1'000'000, 100'000'000'000}, unit{1'000, 100'000'000'000'000},
                           unit{1, 100'000'000'000'000'000}};

}  // namespace

std::optional<instant> read_creation_time(std::string_view number) noexcept {
  const char* const end = number.data() + number.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(number.data(), end, whole); read.ec == std::errc() && read.ptr == end) {
    for (const unit& each : units) {
      if (whole > -each.end && whole < each.end) return instant(std::chrono::microseconds(whole * each.microseconds));
    }
    return std::nullopt;
  }
  double real = 0;  // 1.7E9 and 1700000000.123
  if (const auto read = std::from_chars(number.data(), end, real); read.ec != std::errc() || read.ptr != end)
    return std::nullopt;
  for (const unit& each : units) {
    if (std::abs(real) < static_cast<double>(each.end)) {
      return instant(std::chrono::microseconds(std::llround(real * static_cast<double>(each.microseconds))));
    }
  }
  return std::nullopt;
}

}  // namespace dynamo::streams

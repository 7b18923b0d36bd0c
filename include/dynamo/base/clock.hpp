#pragma once

#include <chrono>
#include <string_view>

namespace dynamo {

/// Wall-clock time with microseconds, as DynamoDB's records carry it.
using instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

/// Where the library reads the time. A port: tests put a virtual clock in its place.
/// Implementations are thread-safe.
class clock {
 public:
  virtual ~clock() = default;
  virtual instant now() const noexcept = 0;
  /// Time that has passed since some moment, whatever the wall clock is set to meanwhile: for ages and durations. A clock that nobody
  /// sets need not override it.
  virtual std::chrono::microseconds elapsed() const noexcept { return now().time_since_epoch(); }
  /// Names what elapsed() counts from, for the machine's clock one boot: processes that see the same name can compare what they counted.
  /// Empty where nobody knows. Lives as long as the clock, and does not change.
  virtual std::string_view boot_id() const noexcept { return {}; }
};

/// The machine's own clock. Lives for ever.
const clock& system_clock() noexcept;

}  // namespace dynamo

#pragma once

#include <chrono>

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
};

/// The machine's own clock. Lives for ever.
const clock& system_clock() noexcept;

}  // namespace dynamo

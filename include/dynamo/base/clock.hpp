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
};

/// The machine's own clock. Lives for ever.
const clock& system_clock() noexcept;

}  // namespace dynamo

#pragma once

#include <chrono>

namespace dynamo {

/// How long a call, and each part of it, may take. 0: any time.
struct call_times {
  std::chrono::milliseconds connect{
      3'000};                              ///< to be connected, and again as much for TLS; where there is a connection
  std::chrono::milliseconds read{20'000};  ///< for the service to take or to send the next bytes; likewise
  std::chrono::milliseconds operation{60'000};  ///< for the whole call, with all attempts and the waits between them

  call_times() = default;
  friend bool operator==(const call_times&, const call_times&) = default;
};

}  // namespace dynamo

#pragma once

#include <algorithm>
#include <chrono>

namespace dynamo::event_source {

/// How long to wait after the failure that `before` others came before, in a row: `first`, then twice as long each time, `longest` at most.
inline std::chrono::milliseconds exponential_backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                                                     unsigned before) {
  constexpr unsigned doublings_max = 20;
  return std::min(std::chrono::milliseconds(first * (1 << std::min(before, doublings_max))), longest);
}

}  // namespace dynamo::event_source

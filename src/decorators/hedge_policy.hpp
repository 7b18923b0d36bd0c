#pragma once

#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/latency_histogram.hpp>

#include <chrono>
#include <optional>

namespace dynamo {

/// Whether a request may be sent twice at the same time.
bool may_be_hedged(const request&) noexcept;

/// When a second attempt starts, and whether the budget allows it. Pure; not thread-safe.
class hedge_policy {
 public:
  using microseconds = std::chrono::microseconds;

  explicit hedge_policy(const hedge_settings&) noexcept;

  /// How long after the first attempt; nothing as long as that is not known.
  std::optional<microseconds> delay() const noexcept { return delay_; }

  /// A read began, which earns its share of a second attempt.
  void called() noexcept;
  /// Spends one; false if there is none.
  bool take() noexcept;
  /// A first attempt was answered after so long, or later.
  void answered(microseconds) noexcept;

 private:
  const hedge_settings settings_;
  std::optional<microseconds> delay_;
  latency_histogram latest_;
  double budget_;
};

}  // namespace dynamo

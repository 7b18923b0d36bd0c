#pragma once

#include <dynamo/decorators/retry.hpp>
#include <dynamo/protocol/call_observer.hpp>

#include <algorithm>
#include <atomic>

namespace dynamo {

/// The tokens that an endpoint's calls share: see retry_budget. Thread-safe; a call that succeeds at once while the bucket is
/// full costs one load.
class retry_bucket {
 public:
  explicit retry_bucket(const retry_budget& budget) noexcept
      : tokens_max_(budget.tokens_max), per_retry_(budget.per_retry), tokens_(budget.tokens_max) {}

  /// What one call did to it.
  struct change {
    bool made;  ///< false: there were too few
    unsigned before, after;
  };

  /// Takes them all, or none. A bucket without room for any is no bucket, and refuses nothing.
  change take(unsigned tokens) noexcept {
    if (tokens_max_ == 0) return {true, 0, 0};
    unsigned there = tokens_.load(std::memory_order_relaxed);
    do {
      if (there < tokens) return {false, there, there};
    } while (!tokens_.compare_exchange_weak(there, there - tokens, std::memory_order_relaxed));
    return {true, there, there - tokens};
  }

  /// What does not fit is lost.
  change give_back(unsigned tokens) noexcept {
    unsigned there = tokens_.load(std::memory_order_relaxed);
    while (there < tokens_max_) {
      const unsigned then = there + std::min(tokens, tokens_max_ - there);
      if (tokens_.compare_exchange_weak(there, then, std::memory_order_relaxed)) return {true, there, then};
    }
    return {true, there, there};
  }

  /// How things are with so many in it.
  retry_tokens state(unsigned left) const noexcept {
    retry_tokens now;
    now.left = left;
    now.max = tokens_max_;
    now.circuit_open = tokens_max_ > 0 && left < per_retry_;
    return now;
  }
  unsigned tokens() const noexcept { return tokens_.load(std::memory_order_relaxed); }

 private:
  const unsigned tokens_max_, per_retry_;
  std::atomic<unsigned> tokens_;
};

}  // namespace dynamo

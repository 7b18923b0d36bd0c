#pragma once

#include <dynamo/decorators/retry.hpp>

#include <algorithm>
#include <atomic>

namespace dynamo {

/// The tokens that an endpoint's calls share: see retry_budget. Thread-safe; a call that succeeds at once while the bucket is
/// full costs one load.
class retry_bucket {
 public:
  explicit retry_bucket(const retry_budget& budget) noexcept
      : tokens_max_(budget.tokens_max), tokens_(budget.tokens_max) {}

  /// Takes them all, or none and answers false. A bucket without room for any is no bucket, and refuses nothing.
  bool take(unsigned tokens) noexcept {
    if (tokens_max_ == 0) return true;
    unsigned there = tokens_.load(std::memory_order_relaxed);
    do {
      if (there < tokens) return false;
    } while (!tokens_.compare_exchange_weak(there, there - tokens, std::memory_order_relaxed));
    return true;
  }

  /// What does not fit is lost.
  void give_back(unsigned tokens) noexcept {
    unsigned there = tokens_.load(std::memory_order_relaxed);
    while (there < tokens_max_ && !tokens_.compare_exchange_weak(there, there + std::min(tokens, tokens_max_ - there),
                                                                 std::memory_order_relaxed)) {
    }
  }

  unsigned tokens() const noexcept { return tokens_.load(std::memory_order_relaxed); }

 private:
  const unsigned tokens_max_;
  std::atomic<unsigned> tokens_;
};

}  // namespace dynamo

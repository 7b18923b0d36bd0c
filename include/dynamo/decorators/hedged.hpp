#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace dynamo {

/// When a read that is slow gets a second attempt beside the first, and how many may.
struct hedge_settings {
  /// So long after the first attempt. 0: after the time within which `percentile` of the first attempts were answered of late.
  std::chrono::microseconds delay{0};
  double percentile = 0.95;                         ///< between 0 and 1
  std::chrono::microseconds shortest_delay{1'000};  ///< of those that are learned
  /// So many answers make a percentile, and the next so many the next one. Without the first nothing is hedged.
  unsigned learned_from = 200;
  double percent_of_calls = 5;  ///< the budget: second attempts for each hundred reads
  double burst = 10;            ///< second attempts that the budget gathers at the most, and begins with

  hedge_settings() = default;
  explicit hedge_settings(std::chrono::microseconds fixed) : delay(fixed) {}
};

/// How an endpoint's hedged reads fare: counts since it was made.
struct hedge_statistics {
  std::uint64_t calls = 0;              ///< reads that may be hedged
  std::uint64_t hedged = 0;             ///< second attempts
  std::uint64_t won = 0;                ///< second attempts that gave the call its answer
  std::uint64_t refused_by_budget = 0;  ///< second attempts that were not made for want of budget
  std::chrono::microseconds delay{0};   ///< as it is now; 0: none is known yet
};

/// What hedged() makes: an endpoint that can be asked how it fares.
class hedging_endpoint : public endpoint {
 public:
  /// A moment's view. Thread-safe.
  virtual hedge_statistics statistics() const = 0;
};

/// An endpoint that sends a read a second time when the first attempt is slow, and takes the answer that comes first: against
/// the slowest answers of a service, at the price of a few requests more ("The Tail at Scale", Dean and Barroso, 2013). Nothing
/// is hedged unless a program puts this around its endpoint.
///
/// Only operations that change nothing are (operation_effect::reads), and not GetRecords, which may be meant to wait. PartiQL
/// statements are not, whatever they do. The attempt that lost is asked to stop. One that fails retryably while the other is
/// under way leaves the call to the other; if both fail, the later error is the answer. A first attempt that fails before the
/// delay is over ends the call: to send again is for retrying(), inside or outside. `reply.attempts` and `error::attempts()` count
/// both. Both have the call's deadline, and stop when the call is asked to.
///
/// Thread-safe; the timer must outlive every call. The attempt that lost may still be under way when its call has its answer;
/// it does not keep `inner`.
/// Cost: a copy of the request's body, a task of the timer. call() uses inner's start(), once a delay is known, and waits for
/// the answer: an inner endpoint with threads of its own hands the answer over from one of them.
///
///     auto reads = dynamo::hedged(remote, dynamo::hedge_settings(std::chrono::milliseconds(20)));
std::shared_ptr<hedging_endpoint> hedged(std::shared_ptr<endpoint> inner, const hedge_settings& = {},
                                         timer& = system_timer());

}  // namespace dynamo

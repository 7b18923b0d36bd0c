#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace dynamo {

/// What a rate_limited() endpoint lets through. A rate of zero is no limit.
struct rate_limits {
  enum class excess : std::uint8_t {
    waits,    ///< until its turn comes, in the order of arrival
    refused,  ///< at once, with errc::throttled
  };

  double requests_per_second = 0;
  double read_units_per_second = 0;        ///< consumed read capacity
  double write_units_per_second = 0;       ///< consumed write capacity
  std::chrono::milliseconds burst{1'000};  ///< so long a silence is made up for: a second's worth of each at once
  excess on_excess = excess::waits;
  std::chrono::milliseconds longest_wait{30'000};  ///< a call that would wait longer is refused

  rate_limits() = default;
  explicit rate_limits(double requests) : requests_per_second(requests) {}
};

/// An endpoint that passes on no more than so many requests, and capacity units, a second: for batch jobs that leave room to
/// others, and for tests of programs under a table's provisioned throughput.
///
/// What a request consumes is known only when it is answered. So each takes one unit in advance, and what it really consumed
/// (ConsumedCapacity, which is asked for where the request does not) is settled then: later requests wait for a debt. Reads and
/// writes have limits of their own; transactions count under what they are. Control plane and streams operations count as
/// requests only.
///
/// A request that would wait beyond its deadline or `longest_wait` answers errc::throttled at once, and was not sent; asked to
/// stop while it waits, errc::cancelled. Retries stand outside of the limit: retrying(rate_limited(...)) counts every attempt.
///
/// Thread-safe; the timer must outlive every call. start() blocks no thread: it goes on upon the timer's.
std::shared_ptr<endpoint> rate_limited(std::shared_ptr<endpoint> inner, const rate_limits&, timer& = system_timer());

}  // namespace dynamo

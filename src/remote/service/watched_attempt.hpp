#pragma once

#include <dynamo/protocol/call_observer.hpp>

#include <http/exchange/client_exchange.hpp>
#include <http/exchange/exchange_failure.hpp>

#include <chrono>
#include <string_view>

namespace dynamo::aws {

/// An attempt that somebody wants to hear of: what is measured of it, and what is told of it.
class watched_attempt {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit watched_attempt(time_point began) : began_(began) {}

  /// Where its exchange is to measure.
  http::exchange_timings& timings() noexcept { return timings_; }

  // What came of it. `failure`: what the caller is told of that; null: success.
  attempt_report report(const request&, std::string_view host, const http::client_response&, const error* failure,
                        time_point now) const;
  attempt_report report(const request&, std::string_view host, const http::exchange_failure&, const error* failure,
                        time_point now) const;

 private:
  attempt_report report(const request&, std::string_view host, const error* failure, time_point now) const;
  connection_use connection() const noexcept;

  time_point began_;
  http::exchange_timings timings_;
};

}  // namespace dynamo::aws

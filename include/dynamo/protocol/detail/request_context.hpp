#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace dynamo::detail {

/// What all requests of one call carry: the deadline, the stop token, the origin, the times and the retries of the request that began it.
class request_context {
 public:
  request_context() = default;
  explicit request_context(const request& first)
      : deadline(first.deadline), stop(first.stop), origin(first.origin), times(first.times), retries(first.retries) {}

  void apply(request& to) const {
    to.deadline = deadline;
    to.stop = stop;
    to.origin = origin;
    to.times = times;
    to.retries = retries;
  }

  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::stop_token stop;
  std::shared_ptr<const request_origin> origin;
  std::optional<call_times> times;
  std::shared_ptr<const retry_settings> retries;
};

}  // namespace dynamo::detail

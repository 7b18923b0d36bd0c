#include <remote/service/watched_attempt.hpp>

#include <dynamo/http/client.hpp>

#include <algorithm>

namespace dynamo::aws {
namespace {

/// The part of the time that a failure ended.
attempt_times::duration& part_of(attempt_times& times, http::exchange_phase phase, bool answered) noexcept {
  switch (phase) {
    case http::exchange_phase::wait: return times.wait;
    case http::exchange_phase::resolve:
    case http::exchange_phase::connect: return times.connect;
    case http::exchange_phase::handshake: return times.handshake;
    case http::exchange_phase::write: return times.write;
    case http::exchange_phase::read: break;
  }
  return answered ? times.read : times.first_byte;
}

}  // namespace

attempt_report watched_attempt::report(const request& call, std::string_view host, const http::client_response& came,
                                       const error* failure, time_point now) const {
  attempt_report out = report(call, host, failure, now);
  out.status = came.status;
  out.request_id = came.field("x-amzn-RequestId");
  out.extended_id = came.field("x-amz-id-2");
  out.connection = connection();
  return out;
}

attempt_report watched_attempt::report(const request& call, std::string_view host, const http::exchange_failure& why,
                                       const error* failure, time_point now) const {
  attempt_report out = report(call, host, failure, now);
  if (why.phase >= http::exchange_phase::write) out.connection = connection();
  attempt_times& all = out.times;
  const auto measured = all.wait + all.connect + all.handshake + all.write + all.first_byte + all.read;
  part_of(all, why.phase, out.bytes_received > 0) += std::max(all.total - measured, attempt_times::duration(0));
  return out;
}

attempt_report watched_attempt::report(const request& call, std::string_view host, const error* failure,
                                       time_point now) const {
  attempt_report out;
  out.operation = call.operation;
  out.attempt = call.attempt;
  out.host = host;
  out.failure = failure;
  out.resent = timings_.resent;
  out.bytes_sent = timings_.sent;
  out.bytes_received = timings_.received;
  out.times.wait = timings_.wait;
  out.times.connect = timings_.connect;
  out.times.handshake = timings_.handshake;
  out.times.write = timings_.write;
  out.times.first_byte = timings_.first_byte;
  out.times.read = timings_.read;
  out.times.total = now - began_;
  return out;
}

connection_use watched_attempt::connection() const noexcept {
  if (timings_.reused) return connection_use::kept;
  return timings_.resumed ? connection_use::resumed : connection_use::opened;
}

}  // namespace dynamo::aws

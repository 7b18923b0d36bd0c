#pragma once

#include <http/exchange/client_exchange.hpp>
#include <http/exchange/exchange_failure.hpp>
#include <http/pool/exchange_sink.hpp>

#include <cstddef>
#include <expected>
#include <stop_token>

namespace dynamo::aws {

/// Carries exchanges to one host. A port: a pool of connections, or a network that a test makes up. Thread-safe.
class carrier {
 public:
  virtual ~carrier() = default;
  /// Blocks this thread until the response is there.
  virtual std::expected<http::client_response, http::exchange_failure> send(const http::exchange_request&,
                                                                            const std::stop_token&) = 0;
  /// The sink is completed exactly once, on any thread, possibly before this returns. The texts must live until then.
  virtual void start(const http::exchange_request&, std::stop_token, http::exchange_sink&) = 0;
  /// Makes connections until so many are idle, if it can, and does not wait for that.
  virtual void preconnect(std::size_t idle) = 0;
  /// Ends the exchanges under way, with errc::cancelled, and every later one.
  virtual void close() noexcept = 0;
};

}  // namespace dynamo::aws

#pragma once

#include <dynamo/base/timer.hpp>

#include <http/exchange/client_exchange.hpp>
#include <http/exchange/name_lookup.hpp>
#include <http/pool/pool_book.hpp>

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <stop_token>

namespace dynamo::http {

/// How a pool reaches its host.
struct client_pool_options {
  exchange_limits limits;
  pool_limits connections;
  std::optional<tls_context> tls;      ///< none: plain TCP
  std::optional<proxy_options> proxy;  ///< see blocking_options
  name_lookup* names = nullptr;        ///< null: the system's
  timer* time = nullptr;               ///< measures the times. Null: the machine's clock

  client_pool_options() = default;
};

/// What a pool holds at one moment.
struct pool_counts {
  std::size_t connections = 0;  ///< lent, idle or being made
  std::size_t idle = 0;
  std::size_t waiters = 0;  ///< callers that wait for a connection

  pool_counts() = default;
};

class pool_core;

/// Kept connections to one host, for callers that block. A cheap handle; copies share the pool, and the last one closes it. Thread-safe.
///
/// A request takes the idle connection that was used last, makes one if there is none, and waits for its turn if there are
/// connections_max. What was sent on a kept connection that the host had closed meanwhile is sent again, once and on a new connection, if
/// none of it had left or the request is repeatable; nothing else is sent twice.
///
/// Errors beyond those of an exchange: unavailable in `wait` (too many callers wait), timed_out and cancelled in `wait`, and cancelled when
/// the pool is closed.
/// A child of fork() has no part in it: there, requests fail, and dropping the handle does nothing.
class client_pool {
 public:
  explicit client_pool(address to, client_pool_options = {});

  /// Blocks. No other thread has a part in it, unless a timer is given.
  std::expected<client_response, exchange_failure> send(const exchange_request&, const std::stop_token& = {});

  /// Closes what is idle and turns away who waits. Requests on their way end as they would, and their connections with them.
  void close() noexcept;
  pool_counts counts() const;

 private:
  std::shared_ptr<pool_core> core_;
};

}  // namespace dynamo::http

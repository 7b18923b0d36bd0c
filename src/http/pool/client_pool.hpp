#pragma once

#include <dynamo/base/timer.hpp>

#include <http/exchange/client_exchange.hpp>
#include <http/exchange/name_lookup.hpp>
#include <http/pool/exchange_sink.hpp>
#include <http/pool/io_loop.hpp>
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
  std::optional<io_loop> loop;         ///< carries what start() begins. None: one of the pool's own, once it is needed

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

/// Kept connections to one host, shared by callers that block and by a loop that carries many requests at once. A cheap handle; copies share
/// the pool, and the last one closes it. Thread-safe.
///
/// A request takes the idle connection that was used last, makes one if there is none, and waits for its turn if there are
/// connections_max. What was sent on a kept connection that the host had closed meanwhile is sent again, once and on a new connection, if
/// none of it had left or the request is repeatable; nothing else is sent twice.
///
/// Idle connections are closed at their limit by the loop; before anything was started, when the pool is used next.
///
/// Errors beyond those of an exchange: unavailable in `wait` (too many callers wait), timed_out and cancelled in `wait`, and cancelled when
/// the pool is closed.
/// The last handle goes once all sinks have been told; where a sink drops it, right away.
/// A child of fork() has no part in it: there, requests fail, and dropping the handle does nothing.
///
/// Cost of a small request, once it has its connection: blocking, send, poll and receive, and a receive that finds out whether it has been
/// closed. On the loop, send and receive, and a share of epoll_wait; nothing is allocated but the response.
class client_pool {
 public:
  explicit client_pool(address to, client_pool_options = {});

  /// Blocks. No other thread has a part in it, unless a timer is given.
  std::expected<client_response, exchange_failure> send(const exchange_request&, const std::stop_token& = {});

  /// Completes the sink once, on the loop's thread; or on this one, before it returns, where the request is refused at once (too many
  /// are on their way, the loop was stopped, a child of fork()). The token may be asked to stop on any thread.
  void start(const exchange_request&, std::stop_token, exchange_sink&);
  /// Has the loop make connections until so many are idle, if there is room. Whether it can is seen by the next request.
  void preconnect(std::size_t idle);

  /// Closes what is idle, turns away who waits, and cancels what start() began. Callers that block in an exchange end it as they would, and
  /// their connections with it.
  void close() noexcept;
  pool_counts counts() const;

 private:
  std::shared_ptr<pool_core> core_;
};

}  // namespace dynamo::http

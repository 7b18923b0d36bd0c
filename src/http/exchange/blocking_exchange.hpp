#pragma once

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/timer.hpp>

#include <http/exchange/alarm.hpp>
#include <http/exchange/client_connection.hpp>
#include <http/exchange/name_lookup.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

struct pollfd;

namespace dynamo::http {

/// How a blocking_exchange reaches its peer.
struct blocking_options {
  exchange_limits limits;
  std::optional<tls_context> tls;  ///< none: plain TCP
  /// Connected to instead of the peer: by TLS through it, else by requests that are written for it (write_request_head()).
  std::optional<proxy_options> proxy;
  name_lookup* names = nullptr;  ///< null: the system's
  /// Measures the times. Null: the machine's clock; no other thread has a part in it then.
  timer* time = nullptr;
  /// Its cancel() ends a request and fails later ones, as a token does, but may be called by a handler of signals too. It must be of the
  /// same timer. Null: nobody cancels.
  std::shared_ptr<alarm> cancelled_by;

  blocking_options() = default;
};

/// A connection to one peer on the caller's thread: made when it is needed, and kept for the next request if it can be. Each request is
/// sent once: whether it is sent again is for the caller to decide, by what the failure says. Of several addresses of the peer's name the
/// one that answers first is taken (connect_race). A child of fork() has no part in it: there, send() fails.
///
/// Not thread-safe; the token may be asked to stop on any thread. Cost: send, poll and receive for a small request, and one more receive
/// that finds out whether the peer has closed a kept connection. A descriptor besides the socket's, if there is a token or a timer.
class blocking_exchange {
 public:
  explicit blocking_exchange(address to, blocking_options = {});
  blocking_exchange(const blocking_exchange&) = delete;
  blocking_exchange& operator=(const blocking_exchange&) = delete;
  ~blocking_exchange();

  /// `heeds_cancel` false: goes on although the alarm of the options was cancelled.
  std::expected<client_response, exchange_failure> send(const exchange_request&, const std::stop_token& = {},
                                                        bool heeds_cancel = true);

  /// Ends the connection, if there is one.
  void close() noexcept;
  /// There is a connection for the next request, as far as is known.
  bool is_open() const noexcept { return connection_ && connection_->machine.reusable(); }
  bool resumed() const noexcept { return connection_ && connection_->machine.resumed(); }  ///< see tls_session

  /// The connection that the next send() uses. If it turns out to be closed, another one is made.
  void lend(std::unique_ptr<client_connection> one) noexcept { connection_ = std::move(one); }
  /// After send(): the connection, if it may be used again.
  std::unique_ptr<client_connection> take_back() noexcept { return std::move(connection_); }

 private:
  enum class wake : std::uint8_t { ready, time, cancelled };

  client_exchange::time_point now() const noexcept;
  bool is_cancelled(const std::stop_token&) const noexcept;
  void connect(const exchange_step&, const std::stop_token&);
  void transfer(const exchange_step&, const std::stop_token&);
  /// Until one of the descriptors is ready, it is that late, or the token says so.
  wake wait(std::span<::pollfd> for_these, client_exchange::time_point until, const std::stop_token&);

  const own_process process_;
  const address to_;
  const blocking_options options_;
  std::shared_ptr<alarm> alarm_;  // made when it is needed
  bool heeds_cancel_ = true;
  std::unique_ptr<client_connection> connection_;
};

}  // namespace dynamo::http

#pragma once

#include <http/exchange/client_exchange.hpp>
#include <http/exchange/stream_socket.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>

namespace dynamo::http {

/// A connection of a client: its machine and its socket. It never waits, so that it can be lent to a shell that does, whatever its way.
/// Not thread-safe.
struct client_connection {
  using time_point = client_exchange::time_point;

  /// A shell's buffer for what it receives.
  static constexpr std::size_t received_at_once = 32'768;

  client_connection(const address& to, const exchange_limits& limits, std::optional<tls_session> tls,
                    const proxy_options* proxy)
      : machine(to, limits, std::move(tls), proxy) {}

  /// Not connected yet. `tls`: none for plain TCP. Fails if TLS cannot begin.
  static std::expected<std::unique_ptr<client_connection>, exchange_failure> make(
      const address& to, const exchange_limits&, const std::optional<tls_context>& tls,
      const std::optional<proxy_options>& proxy);

  void connected(stream_socket by, time_point now);
  /// Sends what the step wants to be sent, or as much of it as there is room for.
  void send(const exchange_step&, time_point now);
  enum class heard : std::uint8_t {
    nothing,  ///< there is nothing for now
    all,      ///< there was less than there was room for
    some,     ///< there may be more; or an end, which the machine knows
  };
  /// Receives once.
  heard receive(std::span<char> into, time_point now);
  /// Before it is used again: the peer may have closed it, and TLS may have something to say while nobody is asking.
  /// False: the connection is of no use any more.
  bool hear_what_came_while_idle(std::span<char> into, time_point now);

  client_exchange machine;
  stream_socket socket;
  bool has_room = true;  ///< to send, as far as is known
};

/// The peer, or the proxy on the way to it.
inline address connects_to(const address& peer, const std::optional<proxy_options>& by) {
  return by ? address(by->host, by->port) : peer;
}

}  // namespace dynamo::http

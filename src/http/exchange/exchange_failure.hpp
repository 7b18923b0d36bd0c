#pragma once

#include <dynamo/base/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::http {

/// What a connection was at when it failed.
enum class exchange_phase : std::uint8_t {
  wait,       ///< for a connection of a pool
  resolve,    ///< asked for the addresses of a name
  connect,    ///< to one of them
  handshake,  ///< of TLS
  write,      ///< some of the request was still to be sent
  read,       ///< the request was sent whole, or some of a response had come
};

std::string_view to_string(exchange_phase) noexcept;

/// Why a request has no response, with what a rule about retries asks for.
struct exchange_failure {
  /// timed_out, cancelled; unavailable: no connection, or none that can be trusted; transport: it broke, or brought what cannot be used.
  errc code = errc::transport;
  exchange_phase phase = exchange_phase::connect;
  /// Some of the request may have reached the peer, which may have executed it. False: it certainly has not.
  bool sent = false;
  /// A connection that had been used before ended before a byte of the response came: most likely the peer had closed it while it was idle.
  bool stale = false;
  std::string message;

  exchange_failure() = default;
  exchange_failure(errc c, exchange_phase p, std::string m) : code(c), phase(p), message(std::move(m)) {}
  error to_error(unsigned attempts = 1) const;
};

}  // namespace dynamo::http

#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/http/tls_options.hpp>

#include <http/message/address.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::http {

/// TLS of one connection as a library does it: see tls_session.
class tls_connection {
 public:
  enum class state : std::uint8_t {
    shaking_hands,
    open,
    ended,   ///< the peer has said that it sends no more
    failed,  ///< see why()
  };

  tls_connection() = default;
  tls_connection(const tls_connection&) = delete;
  tls_connection& operator=(const tls_connection&) = delete;
  virtual ~tls_connection() = default;

  virtual void receive(std::string_view bytes) = 0;
  virtual void shake_hands() = 0;
  virtual std::size_t decrypt(std::span<char> into) = 0;
  virtual std::size_t encrypt(std::string_view first, std::string_view second) = 0;
  virtual void take_outgoing(std::string& to) = 0;
  virtual state now() const noexcept = 0;
  virtual std::string_view why() const noexcept = 0;
  virtual bool resumed() const noexcept = 0;
};

/// TLS 1.2 or 1.3 of one connection, as a client, over bytes that others carry. Verifies the peer's chain and that it is the host that was
/// asked for. Does no I/O. Not thread-safe.
class tls_session {
 public:
  using state = tls_connection::state;
  static constexpr std::size_t record_size_max = 16'384;  // RFC 8446, 5.1

  /// Not null.
  explicit tls_session(std::unique_ptr<tls_connection> made) noexcept : connection_(std::move(made)) {}

  /// Takes all of what came from the peer.
  void receive(std::string_view bytes) { connection_->receive(bytes); }
  /// Goes on with the handshake as far as it can.
  void shake_hands() { connection_->shake_hands(); }
  /// Reads what the peer sent, once the connection is open: the number of bytes, 0 when more must be received first, or no more comes.
  std::size_t decrypt(std::span<char> into) { return connection_->decrypt(into); }
  /// Makes one record of the front of two texts, one after the other, and says how many bytes of them it holds.
  std::size_t encrypt(std::string_view first, std::string_view second) { return connection_->encrypt(first, second); }
  /// Appends what is to be sent to the peer.
  void take_outgoing(std::string& to) { connection_->take_outgoing(to); }

  state now() const noexcept { return connection_->now(); }
  /// A clause about the peer ("its certificate expired on 2020-01-31"), without the peer's own text but for names in its certificate.
  std::string_view why() const noexcept { return connection_->why(); }
  bool resumed() const noexcept {
    return connection_->resumed();
  }  ///< an earlier session goes on: no certificate was sent

 private:
  std::unique_ptr<tls_connection> connection_;
};

/// What the copies of a tls_context share. Thread-safe.
class tls_context_state {
 public:
  tls_context_state() = default;
  tls_context_state(const tls_context_state&) = delete;
  tls_context_state& operator=(const tls_context_state&) = delete;
  virtual ~tls_context_state() = default;

  virtual result<tls_session> open(const address& to) = 0;
};

/// What all TLS connections of a client share: whom they trust, and a few sessions for each host, so that the next connection is resumed
/// instead of begun anew. A cheap handle; copies share it. Thread-safe.
///
/// The first open() reads the authorities, which takes some milliseconds; the system's are read once in a process, and once more by each
/// context that trusts further ones.
/// Only who makes tls_options needs OpenSSL: nothing else of a connection names a function of tls.cpp.
class tls_context {
 public:
  static constexpr std::size_t hosts_max = 64;             ///< sessions are kept for
  static constexpr std::size_t sessions_of_host_max = 4;   ///< kept, the last ones
  static constexpr std::size_t session_size_max = 16'384;  ///< bytes of one that is kept

  explicit tls_context(const tls_options& options = {}) : state_(options.make_(options)) {}

  /// The client's side of one connection. Errors: invalid_argument (authorities that cannot be read), unavailable (OpenSSL cannot go on).
  result<tls_session> open(const address& to) const { return state_->open(to); }

 private:
  std::shared_ptr<tls_context_state> state_;
};

}  // namespace dynamo::http

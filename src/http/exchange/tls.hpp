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

namespace dynamo::http {

class tls_session;

/// What all TLS connections of a client share: whom they trust, and a few sessions for each host, so that the next connection is resumed
/// instead of begun anew. A cheap handle; copies share it. Thread-safe.
///
/// The first open() reads the authorities, which takes some milliseconds; the system's are read once in a process, and once more by each
/// context that trusts further ones.
class tls_context {
 public:
  static constexpr std::size_t hosts_max = 64;             ///< sessions are kept for
  static constexpr std::size_t sessions_of_host_max = 4;   ///< kept, the last ones
  static constexpr std::size_t session_size_max = 16'384;  ///< bytes of one that is kept

  explicit tls_context(tls_options = {});
  tls_context(const tls_context&) noexcept = default;
  tls_context(tls_context&&) noexcept = default;
  tls_context& operator=(const tls_context&) noexcept = default;
  tls_context& operator=(tls_context&&) noexcept = default;
  ~tls_context() = default;

  /// The client's side of one connection. Errors: invalid_argument (authorities that cannot be read), unavailable (OpenSSL cannot go on).
  result<tls_session> open(const address& to) const;

 private:
  friend class tls_session;
  class state;
  std::shared_ptr<state> state_;
};

/// TLS 1.2 or 1.3 of one connection, as a client, over bytes that others carry. Verifies the peer's chain and that it is the host that was
/// asked for. Does no I/O. Not thread-safe.
class tls_session {
 public:
  enum class state : std::uint8_t {
    shaking_hands,
    open,
    ended,   ///< the peer has said that it sends no more
    failed,  ///< see why()
  };
  static constexpr std::size_t record_size_max = 16'384;  // RFC 8446, 5.1

  tls_session(tls_session&&) noexcept;
  tls_session& operator=(tls_session&&) noexcept;
  ~tls_session();

  /// Takes all of what came from the peer.
  void receive(std::string_view bytes);
  /// Goes on with the handshake as far as it can.
  void shake_hands();
  /// Reads what the peer sent, once the connection is open: the number of bytes, 0 when more must be received first, or no more comes.
  std::size_t decrypt(std::span<char> into);
  /// Makes one record of the front of two texts, one after the other, and says how many bytes of them it holds.
  std::size_t encrypt(std::string_view first, std::string_view second);
  /// Appends what is to be sent to the peer.
  void take_outgoing(std::string& to);

  state now() const noexcept;
  /// A clause about the peer ("its certificate expired on 2020-01-31"), without the peer's own text but for names in its certificate.
  std::string_view why() const noexcept;
  bool resumed() const noexcept;  ///< an earlier session goes on: no certificate was sent

 private:
  friend class tls_context;
  class connection;
  explicit tls_session(std::unique_ptr<connection>) noexcept;
  std::unique_ptr<connection> connection_;
};

}  // namespace dynamo::http

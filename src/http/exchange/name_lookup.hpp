#pragma once

#include <http/message/address.hpp>

#include <expected>
#include <string>
#include <vector>

#include <sys/socket.h>

namespace dynamo::http {

/// A number of a machine and a port, as the system takes it.
struct socket_address {
  ::sockaddr_storage bytes{};
  ::socklen_t size = 0;

  socket_address() = default;
  socket_address(const ::sockaddr* from, ::socklen_t n) noexcept;
  const ::sockaddr* get() const noexcept { return reinterpret_cast<const ::sockaddr*>(&bytes); }
};

/// Where addresses of names come from. A port: tests answer what they like. Thread-safe.
class name_lookup {
 public:
  virtual ~name_lookup() = default;
  /// The best first; or why there are none, as a clause. Blocks as long as it takes.
  virtual std::expected<std::vector<socket_address>, std::string> find(const address&) = 0;
};

/// The system's (getaddrinfo), which alone decides how long it takes: some seconds for each of its servers that does not answer.
/// Families take turns in what it finds. Lives for ever.
name_lookup& system_name_lookup() noexcept;

/// Moves addresses so that families take turns, the first one's first, and each keeps its order (RFC 8305, 4). Pure.
void alternate_families(std::vector<socket_address>&);

}  // namespace dynamo::http

#pragma once

#include <cstdint>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace dynamo::testing_support {

/// A port of this machine, as the system takes it. 0: any that is free.
inline sockaddr_in on_loopback(std::uint16_t port = 0) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(port);
  return at;
}

/// A socket that is bound to a free port of this machine, which it writes down. It does not listen yet.
inline int bound_to_loopback(std::uint16_t& port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at = on_loopback();
  socklen_t size = sizeof at;
  ::bind(made, reinterpret_cast<const sockaddr*>(&at), size);
  ::getsockname(made, reinterpret_cast<sockaddr*>(&at), &size);
  port = ntohs(at.sin_port);
  return made;
}

}  // namespace dynamo::testing_support

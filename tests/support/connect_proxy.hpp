#pragma once

#include <support/loopback.hpp>
#include <support/scripted_peer.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace dynamo::testing_support {

/// Carries bytes between both until one of them ends.
inline void carry_both_ways(peer_connection& left, peer_connection& right) {
  for (;;) {
    pollfd waited[] = {{left.descriptor(), POLLIN, 0}, {right.descriptor(), POLLIN, 0}};
    if (::poll(waited, 2, -1) < 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (waited[i].revents == 0) continue;
      const std::string got = (i == 0 ? left : right).receive_some();
      if (got.empty() || !(i == 0 ? right : left).send(got)) return;
    }
  }
}

/// A proxy: whatever it is asked, byte by byte it answers that a way is open, and opens one to this port of this machine. `asked`: where
/// it writes what it was asked.
inline scripted_peer::script opens_way_to(std::uint16_t port, std::string& asked) {
  return [port, &asked](peer_connection& to) {
    asked += to.receive_head();
    const sockaddr_in at = on_loopback(port);
    peer_connection behind(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(behind.descriptor(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) return;
    for (const char c : std::string_view("HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n")) to.send({&c, 1});
    carry_both_ways(to, behind);
  };
}

}  // namespace dynamo::testing_support

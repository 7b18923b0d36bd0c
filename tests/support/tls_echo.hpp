#pragma once

#include <support/scripted_peer.hpp>
#include <support/tls_peer.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::testing_support {

/// Speaks TLS over a connection, and answers so many requests with their bodies. Each has a Content-Length.
inline void echo_in_tls(peer_connection& to, const tls_server& server, std::size_t requests) {
  tls_peer tls(server);
  std::size_t heard = 0;
  for (std::size_t i = 0; i < requests;) {
    const std::string got = to.receive_some();
    if (got.empty()) return;
    tls.receive(got);
    to.send(tls.take_outgoing());
    const std::string_view request = std::string_view(tls.heard()).substr(heard);
    const auto end = request.find("\r\n\r\n");
    const auto length = request.find("Content-Length: ");
    if (end == std::string_view::npos) continue;
    const std::size_t size = std::stoul(std::string(request.substr(length + 16, end - length - 16)));
    if (request.size() < end + 4 + size) continue;
    tls.say("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
            std::string(request.substr(end + 4, size)));
    to.send(tls.take_outgoing());
    heard += end + 4 + size;
    ++i;
  }
  to.wait_for_end();
}

/// The same for one connection after the other.
inline scripted_peer::script tls_echo(const tls_server& server, std::size_t requests) {
  return [&server, requests](peer_connection& to) { echo_in_tls(to, server, requests); };
}

}  // namespace dynamo::testing_support

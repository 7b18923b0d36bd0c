#pragma once

#include <support/loopback.hpp>
#include <support/tls_peer.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::testing_support {

/// TLS in front of a server on this machine that has none: what comes is decrypted and passed on to its port, and the other way round. A thread
/// for each connection.
class tls_terminator {
 public:
  tls_terminator(const identity& who, std::uint16_t to) : server_(who), to_(to), listening_(bound_to_loopback(port_)) {
    ::listen(listening_, 64);
    accepting_ = std::thread([this] { accept_all(); });
  }
  tls_terminator(const tls_terminator&) = delete;
  tls_terminator& operator=(const tls_terminator&) = delete;
  ~tls_terminator() {
    ended_ = true;
    ::shutdown(listening_, SHUT_RDWR);
    accepting_.join();
    ::eventfd_write(end_, connections_.size() + 1);  // nobody reads it: it stays
    for (std::thread& each : connections_) each.join();
    ::close(listening_);
    ::close(end_);
  }

  std::uint16_t port() const { return port_; }

 private:
  static bool send(int to, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  static void at_once(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  void accept_all() {
    for (;;) {
      const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0 || ended_) {
        if (client >= 0) ::close(client);
        return;
      }
      connections_.emplace_back([this, client] { carry(client); });
    }
  }

  void carry(int client) {
    const int behind = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in at = on_loopback(to_);
    at_once(client);
    at_once(behind);
    if (::connect(behind, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) carry(client, behind);
    ::close(behind);
    ::close(client);
  }

  void carry(int client, int behind) {
    tls_peer tls(server_);
    std::array<char, 65'536> bytes;
    for (;;) {
      std::array<pollfd, 3> waited{{{client, POLLIN, 0}, {behind, POLLIN, 0}, {end_, POLLIN, 0}}};
      if (::poll(waited.data(), waited.size(), -1) < 0) continue;
      if (waited[2].revents != 0) return;
      if (waited[0].revents != 0) {
        const auto got = ::recv(client, bytes.data(), bytes.size(), 0);
        if (got <= 0) return;
        tls.receive({bytes.data(), static_cast<std::size_t>(got)});
        if (!send(behind, tls.take_heard()) || !send(client, tls.take_outgoing())) return;
      }
      if (waited[1].revents != 0) {
        const auto got = ::recv(behind, bytes.data(), bytes.size(), 0);
        if (got <= 0) tls.say_the_end();
        if (got > 0) tls.say({bytes.data(), static_cast<std::size_t>(got)});
        if (!send(client, tls.take_outgoing()) || got <= 0) return;
      }
    }
  }

  const tls_server server_;
  const std::uint16_t to_;
  std::uint16_t port_ = 0;
  const int listening_;
  const int end_ = ::eventfd(0, EFD_CLOEXEC);
  std::atomic<bool> ended_{false};
  std::vector<std::thread> connections_;  // the accepting thread's, until that has ended
  std::thread accepting_;
};

}  // namespace dynamo::testing_support

#pragma once

#include <support/loopback.hpp>
#include <support/raw_socket.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::testing_support {

/// One accepted connection, byte by byte. Blocks.
class peer_connection : public raw_socket {
 public:
  using raw_socket::raw_socket;

  /// The next request's head, which comes without its body if there is one: see receive(). Empty when the client has closed.
  std::string receive_head() {
    std::size_t end = 0;
    while ((end = rest_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return "";
    }
    std::string head = rest_.substr(0, end + 4);
    rest_.erase(0, end + 4);
    return head;
  }
  std::string receive(std::size_t size) {
    while (rest_.size() < size && more()) {
    }
    std::string got = rest_.substr(0, size);
    rest_.erase(0, size);
    return got;
  }
  /// What there is; waits if there is nothing. Empty when the client has closed.
  std::string receive_some() {
    if (rest_.empty()) more();
    return std::exchange(rest_, {});
  }
  /// Ends it in a way that the client sees as an error.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(socket_, -1));
  }
  /// Until the client closes. What it sends is dropped.
  void wait_for_end() {
    while (more()) rest_.clear();
  }
};

/// A server of raw bytes on this machine, which does with the first connection what the first script says, and so on. A connection
/// is closed at the end of its script, and the port with the last one.
class scripted_peer {
 public:
  using script = std::function<void(peer_connection&)>;

  explicit scripted_peer(std::vector<script> scripts) : listening_(bound_to_loopback(port_)) {
    ::listen(listening_, 16);
    thread_ = std::thread([this, all = std::move(scripts)] {
      for (const script& each : all) {
        const int accepted = ::accept(listening_, nullptr, nullptr);
        if (accepted < 0) return;
        const int on = 1;  // or what is sent in several parts waits for the client's delayed acknowledgement
        ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        peer_connection connection(accepted);
        each(connection);
      }
      ::shutdown(listening_, SHUT_RDWR);
    });
  }
  scripted_peer(const scripted_peer&) = delete;
  scripted_peer& operator=(const scripted_peer&) = delete;
  /// Scripts that no client came for are dropped.
  ~scripted_peer() {
    ::shutdown(listening_, SHUT_RDWR);
    finish();
    ::close(listening_);
  }

  /// Blocks until the last script has ended: what it wrote down may be read then.
  void finish() {
    if (thread_.joinable()) thread_.join();
  }

  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  const int listening_;
  std::thread thread_;
};

}  // namespace dynamo::testing_support

#pragma once

#include <support/scripted_peer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::http {

inline std::string ok_response(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// A server of raw bytes, like scripted_peer, but each connection has a thread of its own, and is counted.
class counting_peer {
 public:
  /// The second parameter counts the connections from 0 on.
  using script = std::function<void(testing_support::peer_connection&, std::size_t)>;

  explicit counting_peer(script does) : does_(std::move(does)), listening_(testing_support::bound_to_loopback(port_)) {
    ::listen(listening_, 128);
    thread_ = std::thread([this] { run(); });
  }
  counting_peer(const counting_peer&) = delete;
  counting_peer& operator=(const counting_peer&) = delete;
  /// Blocks until all scripts have ended.
  ~counting_peer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    for (std::thread& each : all_) each.join();
    ::close(listening_);
  }

  std::uint16_t port() const { return port_; }
  std::size_t accepted() const { return accepted_; }

  /// Answers each request with its target: "/a" for "GET /a HTTP/1.1".
  static void answers_with_target(testing_support::peer_connection& to, std::size_t) {
    for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
      to.send(ok_response(target_of(head)));
    }
  }
  static std::string target_of(std::string_view head) {
    const auto from = head.find(' ') + 1;
    return std::string(head.substr(from, head.find(' ', from) - from));
  }

 private:
  void run() {
    for (;;) {
      const int accepted = ::accept(listening_, nullptr, nullptr);
      if (accepted < 0) return;
      all_.emplace_back([this, accepted, number = accepted_++] {
        testing_support::peer_connection connection(accepted);
        does_(connection, number);
      });
    }
  }

  const script does_;
  std::uint16_t port_ = 0;
  const int listening_;
  std::atomic<std::size_t> accepted_{0};
  std::vector<std::thread> all_;  // of the first thread, and after its end
  std::thread thread_;
};

}  // namespace dynamo::http

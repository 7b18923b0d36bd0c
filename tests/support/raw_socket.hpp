#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::testing_support {

/// A connected socket, byte by byte, and what came of it that nobody has taken yet. Blocks.
class raw_socket {
 public:
  explicit raw_socket(int descriptor) : socket_(descriptor) {}
  raw_socket(raw_socket&& other) noexcept : socket_(std::exchange(other.socket_, -1)), rest_(std::move(other.rest_)) {}
  raw_socket& operator=(raw_socket&&) = delete;

  /// False when the peer does not take it any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  int descriptor() const { return socket_; }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

 protected:
  ~raw_socket() {
    if (socket_ >= 0) ::close(socket_);
  }
  /// Waits for further bytes; false when there are none to come.
  bool more() {
    char block[65'536];
    const auto got = ::recv(socket_, block, sizeof block, 0);
    if (got <= 0) return false;
    rest_.append(block, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::string rest_;
};

}  // namespace dynamo::testing_support

#pragma once

#include <http/exchange/name_lookup.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::http {

/// A TCP socket that never blocks and raises no SIGPIPE. A thin hull of the system's calls.
class stream_socket {
 public:
  stream_socket() noexcept = default;
  stream_socket(stream_socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  stream_socket& operator=(stream_socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~stream_socket() { close(); }

  /// What a call came to. A size of 0 without a problem: nothing can be sent, or the peer's end was received.
  struct outcome {
    std::size_t size = 0;
    int problem = 0;  ///< an errno; EAGAIN: not now

    outcome() = default;
    outcome(std::size_t s, int p) noexcept : size(s), problem(p) {}
  };

  /// Begins to connect: 0, EINPROGRESS, or why it cannot be.
  int connect(const socket_address&) noexcept;
  /// What became of it, once the socket can be written to: 0, or why not.
  int connect_outcome() const noexcept;
  /// Sends as much of both texts, one after the other, as there is room for.
  outcome send(std::string_view first, std::string_view second) noexcept;
  outcome receive(std::span<char> into) noexcept;
  void close() noexcept;

  bool is_open() const noexcept { return descriptor_ >= 0; }
  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// An errno in words: "Connection refused".
std::string words_for_problem(int problem);
/// Why none of a host's addresses could be connected to, by the problem of the last one.
std::string words_for_lost_race(std::string problem, std::size_t addresses);

}  // namespace dynamo::http

#pragma once

#include <dynamo/base/result.hpp>

#include <http/exchange/alarm.hpp>
#include <http/message/address.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

struct addrinfo;

namespace dynamo::http {

/// A TCP connection of a thread that waits. Every wait ends with the alarm's. Not thread-safe.
class blocking_socket {
 public:
  explicit blocking_socket(std::shared_ptr<alarm> a) noexcept : alarm_(std::move(a)) {}
  blocking_socket(const blocking_socket&) = delete;
  blocking_socket& operator=(const blocking_socket&) = delete;
  ~blocking_socket() { close(); }

  bool is_open() const noexcept { return descriptor_ >= 0; }
  void close() noexcept;
  /// There is something to receive, or an end, although nothing was asked: the connection is of no use any more.
  bool is_stale() const noexcept;

  /// Tries each address of the host until one answers. Errors: unavailable, timed_out, cancelled.
  result<void> connect(const address& to, bool heeds_cancel);

  enum class wake : std::uint8_t { readable, writable, expired, cancelled };
  /// Until there is something to receive, or, if wanted, room to send. Receiving comes first.
  wake wait(bool to_send_too, bool heeds_cancel);

  struct transfer {
    std::size_t size = 0;
    int problem = 0;  ///< an errno; EAGAIN is none, but a size of 0
  };
  /// Sends as much of both, one after the other, as there is room for.
  transfer send(std::string_view first, std::string_view second) noexcept;
  /// A size of 0 without a problem is the peer's end; EAGAIN is a problem here.
  transfer receive(std::span<char> into) noexcept;

 private:
  result<void> connect_one(const ::addrinfo& to, const address& named, bool heeds_cancel);
  wake poll(short events, bool heeds_cancel);

  std::shared_ptr<alarm> alarm_;
  int descriptor_ = -1;
};

}  // namespace dynamo::http

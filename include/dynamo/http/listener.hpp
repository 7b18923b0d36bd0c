#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/http/handler.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace dynamo::http {

/// Where to listen, and what one peer, and all of them together, may cost.
struct listener_options {
  std::string host = "127.0.0.1";  ///< an address or a name; "0.0.0.0" and "::" are every interface
  std::uint16_t port = 0;          ///< 0: any free one
  unsigned threads = 0;            ///< 0: one for each core, threads_max at most

  std::size_t connections_max = 2'048;  ///< one more is answered 503 and closed
  /// File descriptors that connections leave free for the rest of the process, such as a database's files: at most half of what the
  /// system grants (RLIMIT_NOFILE). A connection that would take one of them is answered 503 and closed.
  std::size_t descriptors_kept = 640;
  std::size_t head_size_max = 16'384;            ///< bytes of request line and fields: 431 beyond
  std::size_t body_size_max = 16'777'216;        ///< bytes: 413 beyond
  std::size_t bodies_size_max = 268'435'456;     ///< bytes of memory of all request bodies above 64 KB: 503 beyond
  std::size_t responses_size_max = 268'435'456;  ///< the same of responses that their peers have not taken yet

  std::chrono::milliseconds idle_time{60'000};  ///< between requests; then the connection is closed
  std::chrono::milliseconds head_time{10'000};  ///< from the first byte of a request to the end of its head: 408 then
  std::chrono::milliseconds request_time{60'000};   ///< from the first byte of a request to its last: 408 then
  std::chrono::milliseconds response_time{60'000};  ///< for the peer to take a response; then the connection is closed
  std::chrono::milliseconds closing_time{2'000};    ///< for the peer to close after a last response

  timer* time = nullptr;        ///< measures those; null: the machine's
  const clock* wall = nullptr;  ///< for the field Date; null: the machine's

  static constexpr unsigned threads_max = 16;
  listener_options() = default;
};

/// Serves HTTP/1.1 on one address: keep-alive, pipelined requests one at a time and in order, "100 Continue", chunked requests.
/// No TLS, no upgrades, no compression.
///
/// A connection costs about four kilobytes while it is idle. Thread-safe. A child of fork() has no part in it: there, stop() and the
/// destructor do nothing.
class listener {
 public:
  /// Begins to listen. Errors: in_use (the port is taken), invalid_argument (no such address), unavailable.
  [[nodiscard]] static result<listener> open(const listener_options&, std::shared_ptr<handler>);
  listener(listener&&) noexcept;
  listener& operator=(listener&&) noexcept;
  /// stop() without a grace period.
  ~listener();

  std::uint16_t port() const noexcept;
  std::string url() const;  ///< "http://127.0.0.1:8000"
  std::size_t connections() const noexcept;

  /// Takes no more connections, closes those without a request, gives the others `grace_period` to end theirs, and cuts off what is
  /// left. Returns when every request that reached the handler has its response, so no longer than the handler takes. May be
  /// called again, by one thread at a time. Not to be called by a handler.
  void stop(std::chrono::milliseconds grace_period);

 private:
  class state;
  using owned = std::unique_ptr<state, delete_in_own_process>;
  explicit listener(owned) noexcept;
  owned state_;
};

}  // namespace dynamo::http

#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/http/field_list.hpp>
#include <dynamo/http/proxy_options.hpp>
#include <dynamo/http/tls_options.hpp>
#include <dynamo/json/buffer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::http {

/// What one request may cost its sender.
struct client_options {
  std::optional<tls_options> tls;      ///< none: plain HTTP
  std::optional<proxy_options> proxy;  ///< that is connected to instead of the peer
  /// To be connected, through the proxy too, and again as much for the handshake of TLS. 0: no limit. Looking up a name may take longer:
  /// that is up to the system.
  std::chrono::milliseconds connect_time{3'000};
  /// From send() to the last byte of the response; anew for a request that is sent again. 0: no limit.
  std::chrono::milliseconds response_time{60'000};
  std::size_t head_size_max = 16'384;      ///< bytes of a response's fields
  std::size_t body_size_max = 16'777'216;  ///< bytes of a response's body
  timer* time = nullptr;                   ///< measures those times; null: the machine's clock

  client_options() = default;
};

/// What is sent. The texts must live until the response is there.
struct client_request {
  std::string_view method = "GET";
  std::string_view target = "/";
  std::string
      fields;  ///< complete lines, each ending in CRLF: see add_field(). Host and Content-Length are added by the client
  std::string_view body;
  /// Executing it twice does no more than executing it once. So are GET, HEAD, PUT and DELETE whatever is said here (RFC 9110, 9.2.2).
  bool repeatable = false;
  /// False: goes on when the client is cancelled, so that what has been done can still be told.
  bool heeds_cancel = true;
  std::optional<std::chrono::milliseconds> response_time;  ///< instead of the client's
  /// Once the first byte of the response is there, the rest has to come in this time, and response_time counts no more: for a request
  /// that waits long before it is answered, so that an answer which stalls in its middle does not hold it for as long.
  std::optional<std::chrono::milliseconds> rest_time;

  client_request() = default;
  client_request(std::string_view m, std::string_view t, std::string_view b = {}) : method(m), target(t), body(b) {}
  /// Name and value must hold neither CR nor LF.
  client_request& add_field(std::string_view name, std::string_view value);
};

struct client_response {
  unsigned status = 0;
  field_list fields;  ///< of the head; trailers are dropped
  json::buffer body;
  /// The request was sent before, on a connection that was closed then: the peer may have executed it twice.
  bool sent_before = false;

  client_response() = default;
  std::string_view field(std::string_view name) const noexcept { return fields.field(name); }
};

/// One HTTP/1.1 connection to one address, made when it is needed and kept for the next request. Blocks. Plain or by TLS 1.2 or 1.3, which
/// verifies the peer. No redirects, no compression, no cookies. A response with a field x-amz-crc32 has to match it.
///
///     auto to = dynamo::http::client::to("127.0.0.1:9001");
///     auto got = to->send({"GET", "/status"});
///     if (got && got->status == 200) use(got->body.view());
///
/// A connection that the peer has closed while it was idle is made again, and the request sent again if nothing of a response came and
/// the request is repeatable or none of it was sent. Nothing else is sent twice.
/// A response that comes before the request has been sent whole (413, say) is received; then the connection is closed.
///
/// Errors: invalid_argument (a request that cannot be written, authorities that cannot be read), unavailable (no connection, a proxy that
/// refuses, or a peer that cannot be trusted), timed_out, cancelled, and transport for a peer that closed too early, sent what is no HTTP, or
/// more than the limits. Each says what happened. outcome_unknown() is true where the peer may have executed the request: some of it was
/// sent, and no response came.
/// Not thread-safe, but for cancel(): one object per thread.
/// Cost: four short system calls for a small request and its response. With TLS, the first request reads the authorities: some milliseconds.
class client {
 public:
  client(std::string host, std::uint16_t port, client_options = {});
  /// "host:port", "[::1]:port". errc::invalid_argument for anything else.
  [[nodiscard]] static result<client> to(std::string_view address, client_options = {});
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  [[nodiscard]] result<client_response> send(const client_request&);
  [[nodiscard]] result<client_response> send(std::string_view method, std::string_view target, std::string fields = {},
                                             std::string_view body = {});

  /// Ends the connection, if there is one. The next request makes another.
  void close() noexcept;
  /// Ends the request that waits on another thread, and fails every later one that heeds it, with errc::cancelled. May be called on any
  /// thread and by a signal's handler, as long as the client lives and is not moved.
  void cancel() noexcept;

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo::http

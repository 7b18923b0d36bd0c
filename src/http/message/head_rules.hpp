#pragma once

#include <dynamo/http/request_head.hpp>

#include <optional>
#include <string_view>

namespace dynamo::http {

/// Why a request is answered without its handler. `why` is a sentence that lives for ever.
struct refusal {
  unsigned status = 400;
  std::string_view why;
};

/// What must be true of a head before its body is read; nothing if all is well. Pure. The rules:
///   - HTTP/1.1 names one Host (RFC 9112, 3.2)
///   - the body's length is plain: a Content-Length, or Transfer-Encoding "chunked" alone and in HTTP/1.1 only (RFC 9112, 6)
///   - nothing is expected but 100-continue (RFC 9110, 10.1.1)
///   - the body is not compressed
std::optional<refusal> check_head(const request_head&);

/// Whether the peer waits for "100 Continue" before it sends the body.
bool expects_continue(const request_head&) noexcept;

}  // namespace dynamo::http

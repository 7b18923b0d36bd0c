#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/http/client.hpp>

#include <http/message/address.hpp>

#include <string>
#include <string_view>

namespace dynamo::http {

/// Whether a request's method, target and fields are spelt so that the peer reads them as they are meant. Pure. In particular no text of
/// theirs can end the head, or begin another request.
bool can_be_written(const client_request&) noexcept;
/// The same for what a proxy is told.
bool can_be_written(const proxy_options&) noexcept;

/// Writes everything that stands above the body of a request, in place of what `out` held: Host, the request's own fields, and
/// Content-Length for POST, PUT and whatever has a body. The request must be one that can_be_written().
/// `asked`: a proxy that is to pass the request on in plain HTTP. Then the target names the host (RFC 9112, 3.2.2), and `out` holds the
/// proxy's secret.
void write_request_head(std::string& out, const client_request&, std::string_view host,
                        const proxy_options* asked = nullptr);

/// Asks a proxy for a way to a host (RFC 9110, 9.3.6). The proxy must be one that can_be_written().
auth::secret connect_head(const address& to, const proxy_options&);

}  // namespace dynamo::http

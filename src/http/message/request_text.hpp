#pragma once

#include <dynamo/http/client.hpp>

#include <string>
#include <string_view>

namespace dynamo::http {

/// Whether a request's method, target and fields are spelt so that the peer reads them as they are meant. Pure. In particular no text of
/// theirs can end the head, or begin another request.
bool can_be_written(const client_request&) noexcept;

/// Writes everything that stands above the body of a request, in place of what `out` held: Host, the request's own fields, and
/// Content-Length for POST, PUT and whatever has a body. The request must be one that can_be_written().
void write_request_head(std::string& out, const client_request&, std::string_view host);

}  // namespace dynamo::http

#pragma once

#include <dynamo/auth/sigv4.hpp>
#include <dynamo/http/proxy_options.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <remote/endpoints/endpoint_url.hpp>

#include <string>
#include <string_view>

namespace dynamo::aws {

/// The value of User-Agent. Of an application's id 50 characters are kept, as AWS's SDKs advise; what is no token there becomes a hyphen.
std::string user_agent(std::string_view version, std::string_view app_id);

/// Where calls are sent, as it stands at the head of every request.
struct call_target {
  std::string host;  ///< value of the field Host
  std::string path;  ///< begins with a slash
  /// The lines that are the same for all calls: request line, Host, Content-Type, User-Agent; perhaps a secret of the proxy's.
  std::string begin;

  /// `by`: a proxy on the way. One that is asked for plain HTTP is told the whole URL, and its own secret.
  call_target(const endpoint_url&, std::string_view user_agent, const http::proxy_options* by = nullptr);
};

/// Writes the head of a request behind what `out` holds: signed, if there is a key; the token is that of the same credentials. `time` is
/// auth::sigv4_time() of the service's clock. Fields whose values would break a head (a trace with a line feed) are left out.
/// Pure; cost: the signature, and a few hundred bytes of text.
void write_call_head(json::buffer& out, const call_target&, const request&, const auth::signing_key*,
                     const auth::secret& session_token, std::string_view time);

}  // namespace dynamo::aws

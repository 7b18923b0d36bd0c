#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/result.hpp>

#include <remote/endpoints/endpoint_url.hpp>
#include <remote/settings/environment.hpp>

#include <optional>
#include <string>

namespace dynamo::aws {

/// An HTTP proxy: HTTPS goes through it by CONNECT.
struct proxy {
  endpoint_url where;
  auth::secret authorization;  ///< value of the field Proxy-Authorization; empty: none
  std::string variable;        ///< that names it
};

/// The proxy for requests to a host; nothing: none.
///
/// https_proxy for HTTPS and http_proxy for HTTP, else all_proxy, each also in capitals, where small letters win. HTTP_PROXY counts for nothing in
/// a CGI program (REQUEST_METHOD is set), where a client could set it. no_proxy lists what is asked directly, separated by commas: "*"; a
/// host or the domain that it is in; an address; a block of IPv4 addresses (10.0.0.0/8); each perhaps with a port. This machine itself
/// (localhost and loopback addresses) is always asked directly.
///
/// Errors: errc::invalid_argument names the variable, never its value, which may hold a password. Malformed entries of no_proxy match
/// nothing. Pure.
[[nodiscard]] result<std::optional<proxy>> proxy_for(const endpoint_url&, const environment&);

}  // namespace dynamo::aws

#pragma once

#include <dynamo/auth/secret.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace dynamo::http {

/// A proxy that is spoken to in plain HTTP. What goes by TLS goes through it, unread (CONNECT); a plain request is asked of it.
struct proxy_options {
  std::string host;  ///< a name or a number, an IPv6 address without brackets
  std::uint16_t port = 0;
  auth::secret authorization;  ///< the value of Proxy-Authorization, such as "Basic ..."; empty: the field is not sent

  proxy_options() = default;
  proxy_options(std::string h, std::uint16_t p, auth::secret a = {})
      : host(std::move(h)), port(p), authorization(std::move(a)) {}
};

}  // namespace dynamo::http

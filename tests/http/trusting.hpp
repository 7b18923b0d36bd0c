#pragma once

#include <http/exchange/tls.hpp>

#include <string>
#include <utility>

namespace dynamo::http {

/// A client's side that trusts these authorities (PEM) and no other. Made anew each time, so that it resumes no session.
inline tls_context trusting(std::string authorities) {
  tls_options options;
  options.system_authorities = false;
  options.authorities = std::move(authorities);
  return tls_context(options);
}

}  // namespace dynamo::http

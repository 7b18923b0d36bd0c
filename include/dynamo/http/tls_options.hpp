#pragma once

#include <string>

namespace dynamo::http {

/// Whom a client that speaks TLS trusts.
struct tls_options {
  /// The authorities that the system trusts: OpenSSL's own places, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
  bool system_authorities = true;
  std::string authorities;       ///< further ones, as PEM
  std::string authorities_file;  ///< further ones, in a file of PEM

  tls_options() = default;
};

}  // namespace dynamo::http

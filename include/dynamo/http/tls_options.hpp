#pragma once

#include <memory>
#include <string>

namespace dynamo::http {

class tls_context;
class tls_context_state;

/// Whom a client that speaks TLS trusts.
///
/// Its constructor is what brings OpenSSL into a program that is linked statically: one that makes none, such as a Lambda function that
/// calls no other service, is smaller by it.
struct tls_options {
  /// The authorities that the system trusts: OpenSSL's own places, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
  bool system_authorities = true;
  std::string authorities;       ///< further ones, as PEM
  std::string authorities_file;  ///< further ones, in a file of PEM

  tls_options() noexcept;

 private:
  friend class tls_context;
  std::shared_ptr<tls_context_state> (*make_)(tls_options);
};

}  // namespace dynamo::http

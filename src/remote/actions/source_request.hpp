#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/timer.hpp>

#include <http/exchange/name_lookup.hpp>
#include <http/exchange/tls.hpp>
#include <remote/credentials/credential_fetch.hpp>
#include <remote/settings/environment.hpp>

#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace dynamo::aws {

/// What requests are sent with.
struct sender_options {
  environment variables;  ///< proxies are looked up in them
  std::string ca_bundle;  ///< empty: the authorities that the system trusts; otherwise those of this file alone
  const clock* now = nullptr;
  timer* waits = nullptr;
  http::name_lookup* names = nullptr;  ///< null: the system's
};

/// Sends requests to sources of credentials, each once and over a connection of its own: signed where they are to be, by TLS where their URL says https,
/// through the proxy that the environment names, but for those that are to be asked directly.
///
/// A response has at most credential_answer_bytes_max bytes and 16 KB of fields. Redirects are answers like others, and compressed ones are refused.
/// Errors in the result: as of http::exchange_failure; errc::invalid_argument for a variable that names no proxy or a request that cannot be
/// written; errc::not_supported for a proxy that is spoken to by TLS. Never with a field, a body or a path, which may be secrets.
/// Not thread-safe; the token may be asked to stop on any thread.
class request_sender {
 public:
  /// Clock and timer are there, and outlive it.
  explicit request_sender(sender_options options) : options_(std::move(options)) {}

  fetch_result send(const send_request&, const std::stop_token&);

 private:
  const http::tls_context& tls();

  sender_options options_;
  std::optional<http::tls_context> tls_;  // made when it is needed
};

}  // namespace dynamo::aws

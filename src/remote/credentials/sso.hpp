#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/auth/secret.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::aws {

/// Where `aws sso login` keeps the token of this session or, without one, start URL: "~/.aws/sso/cache/<SHA-1 of it>.json".
std::string sso_token_path(const sso_source&);

/// A token of IAM Identity Center, as it is kept in its file.
struct sso_token {
  auth::secret access_token;
  instant expires;
  // With these it can be renewed; else they are empty.
  auth::secret refresh_token;
  std::string client_id;
  auth::secret client_secret;
  std::optional<instant> registration_expires;
};

/// Reads the token's file. Errors: errc::unavailable with the command that signs in; nothing of the content.
[[nodiscard]] result<sso_token> read_sso_token(const sso_source&, std::string_view file);
/// What the file is to hold, so that AWS's CLI and SDKs go on with it. Secret.
auth::secret write_sso_token(const sso_source&, const sso_token&);

enum class sso_step : std::uint8_t {
  use,      ///< the token is good
  renew,    ///< ask for another one; until it expires, a failure to do so does no harm
  sign_in,  ///< it has expired, and nothing but a person can renew it
};
/// What to do with a token: it is renewed in its last 15 minutes, if it is of a session and can be.
sso_step next_step(const sso_source&, const sso_token&, instant now);
/// "run aws sso login ..." for a token that is missing or has expired: errc::unavailable.
error sign_in_again(const sso_source&, std::string_view why);

/// The body of POST /token to the service sso-oidc, application/json, not signed. Secret.
auth::secret renewal_body(const sso_token&);
/// What it answers. Errors: errc::decoding, errc::unavailable with the service's words.
[[nodiscard]] result<sso_token> read_renewal_answer(const sso_source&, const sso_token& old, std::string_view body,
                                                    instant now);

/// Path and query of GET to the service sso, with the access token in the field x-amz-sso_bearer_token, not signed.
std::string role_credentials_target(const sso_source&);
/// What it answers. Errors: likewise.
[[nodiscard]] result<auth::credentials> read_role_credentials(const sso_source&, std::string_view body);

}  // namespace dynamo::aws

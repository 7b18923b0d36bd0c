#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>

#include <string>
#include <string_view>

namespace dynamo::aws {

/// The body of a POST to STS, as application/x-www-form-urlencoded. Signed for the service sts with the credentials of the source before it.
std::string assume_role_body(const assumed_role&, instant now);

/// Likewise; not signed: the token says who asks. It is a secret, and so is the body.
/// Errors: errc::invalid_argument: the file of the token is empty, or longer than STS takes (20,000 bytes). Without the token.
[[nodiscard]] result<auth::secret> web_identity_body(const web_identity_source&, std::string_view token, instant now);

/// What STS answers to either. The account is that of the role.
///
/// Errors: where STS refuses, its code and words, with the role: errc::throttled for throttling, errc::service_unavailable where a later
/// attempt may help, errc::unavailable otherwise; type() is STS's code. errc::decoding for what is no such answer.
[[nodiscard]] result<auth::credentials> read_sts_answer(std::string_view role_arn, std::string_view body);

}  // namespace dynamo::aws

#pragma once

#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>
#include <remote/profiles/profile_set.hpp>
#include <remote/settings/environment.hpp>

#include <optional>

namespace dynamo::aws {

/// AWS_ACCESS_KEY_ID and its companions. Nothing without it. Errors: errc::invalid_argument names the variable that is missing or malformed.
[[nodiscard]] result<std::optional<static_source>> keys_of_environment(const environment&);

/// AWS_WEB_IDENTITY_TOKEN_FILE and its companions. Nothing without it. Errors: likewise.
[[nodiscard]] result<std::optional<web_identity_source>> web_identity_of_environment(const environment&);

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or AWS_CONTAINER_CREDENTIALS_FULL_URI. Nothing without them.
///
/// A full URI must be of HTTPS, or of a host that is this machine: a loopback address, localhost, or the link-local addresses of ECS and EKS.
/// Anybody else on the way could read the credentials. Errors: likewise.
[[nodiscard]] result<std::optional<container_source>> container_of_environment(const environment&);

/// The metadata service of EC2; nothing where AWS_EC2_METADATA_DISABLED is true. `profile` may be null. Errors: likewise.
[[nodiscard]] result<std::optional<instance_metadata_source>> instance_metadata_of(const environment&,
                                                                                   const profile_section* profile);

/// Refuses what no field of HTTP can carry: white space and control characters, as a line feed at the end of a copied key.
/// Errors: errc::invalid_argument, with `where` at the beginning, without the value.
[[nodiscard]] result<void> check_text(std::string_view value, std::string_view where);

}  // namespace dynamo::aws

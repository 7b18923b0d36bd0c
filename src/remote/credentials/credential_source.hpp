#pragma once

#include <dynamo/auth/credentials.hpp>

#include <remote/endpoints/endpoint_url.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dynamo::aws {

/// Credentials that are at hand: of the program, the environment or a profile.
struct static_source {
  auth::credentials value;
};

/// A token of an identity provider, in a file that its owner renews: STS changes it for credentials of the role. Read anew each time.
struct web_identity_source {
  std::string token_file;
  std::string role_arn;
  std::string session_name;  ///< empty: the caller makes one
};

/// A program that prints credentials. Run without a shell.
struct process_source {
  std::vector<std::string> arguments;  ///< the program first
  std::string account_id;              ///< where the answer has none; empty: not known
};

/// A role of an account, by a token of IAM Identity Center that `aws sso login` wrote to a file.
struct sso_source {
  std::string session_name;  ///< of [sso-session name]; empty: the older form without one, whose token is never renewed
  std::string start_url;
  std::string region;
  std::string account_id;
  std::string role_name;
  std::string token_file;
};

/// An agent that serves credentials to this container (ECS, EKS) or machine, by HTTP GET.
struct container_source {
  endpoint_url host;           ///< without a path
  std::string target;          ///< path and query
  std::string token_file;      ///< its content is the field Authorization; read anew each time; empty: none
  auth::secret authorization;  ///< likewise, where there is no file; empty: none
};

/// The metadata service of an EC2 instance, version 2.
struct instance_metadata_source {
  endpoint_url host;
  std::chrono::seconds timeout{1};  ///< of one request
  unsigned attempts = 1;
};

using base_source = std::variant<static_source, web_identity_source, process_source, sso_source, container_source,
                                 instance_metadata_source>;

/// A role that STS gives credentials of to those of the source before it.
struct assumed_role {
  std::string role_arn;
  std::string session_name;                      ///< empty: the caller makes one
  std::string external_id;                       ///< empty: none
  std::optional<std::chrono::seconds> duration;  ///< nothing: AWS's default, an hour
};

/// Where credentials are from: a base, and roles to assume on top of it, in their order.
struct credential_source {
  base_source base;
  std::vector<assumed_role> roles;
};

/// An access key's id for people: its middle is hidden, but for those that are too short to be AWS's.
std::string masked_key_id(std::string_view);

/// One line for people, without secrets: "role arn:... by keys of the profile base".
std::string describe(const credential_source&);

}  // namespace dynamo::aws

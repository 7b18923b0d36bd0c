#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_plan.hpp>
#include <remote/settings/environment.hpp>
#include <remote/settings/settings.hpp>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::aws {

/// What a program, its environment and AWS's shared files say together: where DynamoDB is, and who asks.
struct configuration {
  settings applied;
  credential_plan plan;
  environment variables;           ///< those that it was made from; proxies are looked up in them
  std::vector<std::string> notes;  ///< what was passed over in the shared files, for people
};

/// Reads the shared files and decides. No network, no process, no credentials' expiry: a plan may still fail when it is followed.
///
/// A shared file that is not there says nothing. Errors: errc::invalid_argument with path and reason: a file that cannot be read, is no regular
/// file (/dev/null is an empty one), or is longer than shared_file_bytes_max; and as of parse_profiles() and resolve_settings(). What is wrong with
/// credentials is in the plan.
/// Thread-safe as the environment is. Cost: two files are read.
[[nodiscard]] result<configuration> load_configuration(const explicit_settings&,
                                                       const std::optional<auth::credentials>& of_program,
                                                       const environment&);

}  // namespace dynamo::aws

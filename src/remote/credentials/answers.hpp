#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>

#include <string_view>

namespace dynamo::aws {

/// What a process printed: {"Version": 1, "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"}, the last three
/// optional. Errors: errc::decoding names the process and the member that is missing or malformed; never a value.
[[nodiscard]] result<auth::credentials> read_process_answer(const process_source&, std::string_view output);

/// What a container's agent answered with status 200: {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", "AccountId"}, the last
/// three optional. Errors: likewise; the agent's own code and message where it says them.
[[nodiscard]] result<auth::credentials> read_container_answer(const container_source&, std::string_view body);

/// What the metadata service answered: the same, with Token and Expiration, and "Code": "Success". Errors: likewise.
[[nodiscard]] result<auth::credentials> read_instance_metadata_answer(const instance_metadata_source&,
                                                                      std::string_view body);

/// Words of a service in a message of ours: printable ASCII, at most 200 characters.
std::string quoted_words(std::string_view);

}  // namespace dynamo::aws

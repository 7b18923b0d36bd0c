#pragma once

#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>
#include <remote/profiles/profile_set.hpp>
#include <remote/settings/environment.hpp>

#include <optional>
#include <string_view>

namespace dynamo::aws {

/// More roles on top of each other are refused.
inline constexpr std::size_t roles_max = 16;

/// What a profile says about credentials; nothing if it says nothing.
///
/// A role with source_profile or credential_source; web identity; IAM Identity Center; keys in the credentials file; a process; keys in the config
/// file: the first that is there. Of a profile that another one names as its source, keys come before its role. A session token counts only with
/// keys of the same file.
///
/// Errors: errc::invalid_argument names the profile and its file, and what to write: halves of a pair, a source that is missing, a loop of
/// source_profile, more than roles_max roles. errc::not_supported: mfa_serial, because nobody could be asked for the code, and `aws login`.
[[nodiscard]] result<std::optional<credential_source>> source_of_profile(const profile_set&, std::string_view name,
                                                                         const environment&);

}  // namespace dynamo::aws

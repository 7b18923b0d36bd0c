#pragma once

#include <dynamo/base/result.hpp>

#include <remote/profiles/profile_set.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::aws {

/// The sections of one file. Those of one name are merged already.
struct profile_file {
  profile_sections profiles;
  profile_sections sso_sessions;
  profile_sections services;
  std::vector<std::string> notes;
};

/// Reads one shared file. Errors: as parse_profiles().
[[nodiscard]] result<profile_file> parse_profile_file(shared_file which, std::string_view path, std::string_view text);

}  // namespace dynamo::aws

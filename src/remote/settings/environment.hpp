#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::aws {

/// Looks up an environment variable: its value, or nothing. Those that are empty count as missing.
using environment = std::function<std::optional<std::string>(std::string_view name)>;

/// A variable's value; nothing if it is missing or empty.
std::optional<std::string> variable(const environment&, std::string_view name);

/// Where the shared files are looked for.
struct shared_file_paths {
  std::string config;       ///< AWS_CONFIG_FILE, or ~/.aws/config; empty: nowhere, because HOME is not set
  std::string credentials;  ///< AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials; empty: likewise
};
shared_file_paths shared_file_paths_of(const environment&);

/// A path with "~/" at its beginning replaced by HOME.
std::string with_home(const environment&, std::string path);

}  // namespace dynamo::aws

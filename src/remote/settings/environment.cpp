#include <remote/settings/environment.hpp>

#include <fmt/core.h>

namespace dynamo::aws {

std::optional<std::string> variable(const environment& of, std::string_view name) {
  std::optional<std::string> value = of(name);
  if (value && value->empty()) value.reset();
  return value;
}

std::string with_home(const environment& of, std::string path) {
  if (!path.starts_with("~/")) return path;
  const auto home = variable(of, "HOME");
  return home ? fmt::format("{}{}", *home, path.substr(1)) : std::string();
}

shared_file_paths shared_file_paths_of(const environment& of) {
  const auto path = [&](std::string_view name, const char* otherwise) {
    return with_home(of, variable(of, name).value_or(otherwise));
  };
  return {path("AWS_CONFIG_FILE", "~/.aws/config"), path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")};
}

}  // namespace dynamo::aws

#include <remote/credentials/credential_source.hpp>

#include <fmt/core.h>

namespace dynamo::aws {
namespace {

struct base_describer {
  std::string operator()(const static_source& of) const {
    return fmt::format("keys with the id {}", masked_key_id(of.value.access_key_id));
  }
  std::string operator()(const web_identity_source& of) const {
    return fmt::format("web identity token in {}; role {}", of.token_file, of.role_arn);
  }
  std::string operator()(const process_source& of) const {
    return fmt::format("process {}", of.arguments.front());  // further arguments may be secrets
  }
  std::string operator()(const sso_source& of) const {
    return fmt::format("IAM Identity Center at {}; role {} of account {}", of.start_url, of.role_name, of.account_id);
  }
  std::string operator()(const container_source& of) const {
    return fmt::format("container agent at {}", of.host.text());  // its path is a secret in ECS
  }
  std::string operator()(const instance_metadata_source& of) const {
    return fmt::format("metadata service of EC2 at {}", of.host.text());
  }
};

}  // namespace

std::string masked_key_id(std::string_view id) {
  constexpr std::size_t shown = 4;  // at each end
  if (id.size() <= 2 * shown) return std::string(id);
  return fmt::format("{}{}{}", id.substr(0, shown), std::string(id.size() - 2 * shown, '*'),
                     id.substr(id.size() - shown));
}

std::string describe(const credential_source& of) {
  std::string text = std::visit(base_describer(), of.base);
  for (const assumed_role& role : of.roles) text += fmt::format("; role {}", role.role_arn);
  return text;
}

}  // namespace dynamo::aws

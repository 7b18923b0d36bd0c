#include <remote/credentials/profile_source.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>
#include <remote/credentials/command_line.hpp>
#include <remote/credentials/environment_sources.hpp>
#include <remote/credentials/sso.hpp>

#include <algorithm>
#include <vector>

namespace dynamo::aws {
namespace {

constexpr int shortest_role = 900;
constexpr int longest_role = 43'200;

/// Follows a profile to where its credentials are from.
class profile_follower {
 public:
  profile_follower(const profile_set& files, const environment& env) : files_(files), environment_(env) {}

  result<std::optional<credential_source>> follow(std::string_view name) {
    for (;;) {
      const profile_section* const profile = files_.find_profile(name);
      if (profile == nullptr) return std::nullopt;  // the first one: others are looked up before they are followed
      const bool is_source = !visited_.empty();
      visited_.emplace_back(name);
      const auto role_arn = profile->value("role_arn");
      if (!role_arn || profile->value("web_identity_token_file") || (is_source && has_keys(*profile))) {
        return with_roles(base_of(*profile));
      }
      if (auto added = add_role(*profile, *role_arn); !added) return fail(std::move(added.error()));
      if (const auto named = profile->value("credential_source")) return with_roles(named_source(*profile, *named));
      const auto next = profile->value("source_profile");
      if (next == name) {
        if (has_keys(*profile)) return with_roles(base_of(*profile));
        return refuse(*profile,
                      "it is its own source_profile, but has no keys; add aws_access_key_id and aws_secret_access_key");
      }
      if (auto checked = check_next(*profile, *next); !checked) return fail(std::move(checked.error()));
      name = *next;
    }
  }

 private:
  using found_base = result<std::optional<base_source>>;

  result<std::optional<credential_source>> with_roles(found_base base) {
    if (!base) return fail(std::move(base.error()));
    if (!*base) {
      if (visited_.size() == 1) return std::nullopt;
      return refuse(
          *files_.find_profile(visited_.back()),
          fmt::format("it has no credentials, but is the source_profile of {}; add keys, a role, SSO or a process",
                      visited_[visited_.size() - 2]));
    }
    std::ranges::reverse(roles_);
    return credential_source{std::move(**base), std::move(roles_)};
  }

  result<void> add_role(const profile_section& profile, std::string_view role_arn) {
    const bool has_source = profile.value("source_profile").has_value();
    const bool has_named = profile.value("credential_source").has_value();
    if (has_source && has_named) {
      return refuse(profile, "it has source_profile and credential_source; remove one of them");
    }
    if (!has_source && !has_named) {
      return refuse(profile,
                    "its role_arn needs credentials to assume the role with; add source_profile or credential_source");
    }
    if (profile.value("mfa_serial")) {
      return fail(
          errc::not_supported,
          fmt::format(
              "{}: its role wants a code of a device (mfa_serial), which only a person can type. Run aws configure "
              "export-credentials --profile {} --format env in a shell, and start the program with the variables that "
              "it prints",
              place_of(profile), visited_.back()));
    }
    if (roles_.size() == roles_max) {
      return refuse(profile, fmt::format("more than {} roles are to be assumed on top of each other; shorten the chain",
                                         roles_max));
    }
    assumed_role role;
    role.role_arn = role_arn;
    role.session_name = profile.value("role_session_name").value_or("");
    role.external_id = profile.value("external_id").value_or("");
    if (const auto text = profile.value("duration_seconds")) {
      const auto seconds = whole_number(*text);
      if (!seconds || *seconds < shortest_role || *seconds > longest_role) {
        return refuse(profile,
                      fmt::format("its duration_seconds is not a number from {} to {}", shortest_role, longest_role));
      }
      role.duration = std::chrono::seconds(*seconds);
    }
    roles_.push_back(std::move(role));
    return {};
  }

  result<void> check_next(const profile_section& profile, std::string_view next) const {
    if (files_.find_profile(next) == nullptr) {
      return refuse(profile,
                    fmt::format("its source_profile {} is neither in {} nor in {}", next,
                                files_.path_of(shared_file::config), files_.path_of(shared_file::credentials)));
    }
    if (std::ranges::find(visited_, next) == visited_.end()) return {};
    std::string loop;
    for (const std::string& name : visited_) loop += fmt::format("{} -> ", name);
    return refuse(profile, fmt::format("source_profile leads in a loop: {}{}", loop, next));
  }

  found_base base_of(const profile_section& profile) const {
    if (profile.value("web_identity_token_file")) return web_identity_of(profile);
    if (profile.value("sso_account_id") || profile.value("sso_role_name")) return sso_of(profile);
    const auto command = profile.value("credential_process");
    if (has_keys(profile) && (!command || has_keys_in_credentials(profile))) return keys_of(profile);
    if (command) return process_of(profile, *command);
    if (profile.value("login_session")) {
      return fail(
          errc::not_supported,
          fmt::format(
              "{}: it signs in by aws login (login_session), which this library does not do. Run aws configure "
              "export-credentials --profile {} --format env in a shell, and start the program with the variables that "
              "it prints",
              place_of(profile), visited_.back()));
    }
    return std::nullopt;
  }

  found_base named_source(const profile_section& profile, std::string_view name) const {
    if (name == "Environment") {
      auto keys = keys_of_environment(environment_);
      if (!keys) return fail(std::move(keys.error()));
      if (*keys) return std::move(**keys);
      return refuse(profile, "its credential_source is Environment, but AWS_ACCESS_KEY_ID is not set");
    }
    if (name == "EcsContainer") {
      auto container = container_of_environment(environment_);
      if (!container) return fail(std::move(container.error()));
      if (*container) return std::move(**container);
      return refuse(profile,
                    "its credential_source is EcsContainer, but neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
    }
    if (name == "Ec2InstanceMetadata") {
      auto metadata = instance_metadata_of(environment_, &profile);
      if (!metadata) return fail(std::move(metadata.error()));
      if (*metadata) return std::move(**metadata);
      return refuse(profile, "its credential_source is Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED is true");
    }
    return refuse(profile, "its credential_source is not one of Environment, EcsContainer, Ec2InstanceMetadata");
  }

  static bool has_keys(const profile_section& profile) {
    return profile.value("aws_access_key_id") || profile.value("aws_secret_access_key");
  }

  /// Those come before a process, and a process before keys of the config file.
  static bool has_keys_in_credentials(const profile_section& profile) {
    const property* const id = profile.find("aws_access_key_id");
    return id != nullptr && id->where().file == shared_file::credentials;
  }

  found_base keys_of(const profile_section& profile) const {
    for (const char* name : {"aws_access_key_id", "aws_secret_access_key"}) {
      if (!profile.value(name))
        return refuse(profile, fmt::format("it has no {}, only the other half of the pair; add it", name));
    }
    for (const char* name : {"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"}) {
      const property* const one = profile.find(name);
      if (one == nullptr) continue;
      if (auto checked = check_text(one->text(), fmt::format("{}: {}", files_.describe(one->where()), name));
          !checked) {
        return fail(std::move(checked.error()));
      }
    }
    const auto copy = [&](const char* name) { return std::string(profile.value(name).value_or("")); };
    static_source found;
    found.value.access_key_id = copy("aws_access_key_id");
    found.value.secret_access_key = auth::secret(copy("aws_secret_access_key"));
    const shared_file file = profile.find("aws_access_key_id")->where().file;
    for (const char* name : {"aws_security_token", "aws_session_token"}) {  // the first is of older tools
      const property* const token = profile.find(name);
      // A token in the other file belongs to other keys, which these replace.
      if (token != nullptr && !token->text().empty() && token->where().file == file)
        found.value.session_token = auth::secret(copy(name));
    }
    found.value.account_id = copy("aws_account_id");
    return found;
  }

  found_base web_identity_of(const profile_section& profile) const {
    const auto role = profile.value("role_arn");
    if (!role) return refuse(profile, "its web_identity_token_file needs a role; add role_arn");
    web_identity_source found;
    found.token_file = with_home(environment_, std::string(*profile.value("web_identity_token_file")));
    found.role_arn = *role;
    found.session_name = profile.value("role_session_name").value_or("");
    return found;
  }

  found_base process_of(const profile_section& profile, std::string_view command) const {
    process_source found;
    auto arguments = split_command(command);
    if (!arguments || arguments->empty()) {
      return refuse(profile, "its credential_process cannot be split into arguments; close its quotes");
    }
    found.arguments = std::move(*arguments);
    found.account_id = profile.value("aws_account_id").value_or("");
    return found;
  }

  /// From the profile, or from the session that it names.
  found_base sso_of(const profile_section& profile) const {
    const profile_section* session = &profile;
    sso_source found;
    if (const auto name = profile.value("sso_session")) {
      const auto at = files_.sso_sessions.find(*name);
      if (at == files_.sso_sessions.end()) {
        return refuse(profile, fmt::format("there is no section [sso-session {}] in {}", *name,
                                           files_.path_of(shared_file::config)));
      }
      session = &at->second;
      found.session_name = *name;
    }
    const struct {
      const char* name;
      std::string& to;
      const profile_section* in;
    } wanted[] = {{"sso_start_url", found.start_url, session},
                  {"sso_region", found.region, session},
                  {"sso_account_id", found.account_id, &profile},
                  {"sso_role_name", found.role_name, &profile}};
    for (const auto& each : wanted) {
      const auto value = each.in->value(each.name);
      if (!value) {
        return refuse(*each.in,
                      fmt::format("IAM Identity Center (SSO) needs {}; add it, or run aws configure sso", each.name));
      }
      if (profile.value(each.name).value_or(*value) != *value) {
        return refuse(profile, fmt::format("its {} differs from that of [sso-session {}]; remove one of them",
                                           each.name, found.session_name));
      }
      each.to = *value;
    }
    found.token_file = with_home(environment_, sso_token_path(found));
    if (found.token_file.empty())
      return refuse(profile, "the token of IAM Identity Center is in ~/.aws/sso/cache, but HOME is not set");
    return found;
  }

  std::string place_of(const profile_section& profile) const {
    return fmt::format("profile {} ({})", visited_.back(), files_.describe(profile.where()));
  }
  std::unexpected<error> refuse(const profile_section& profile, std::string_view why) const {
    return fail(errc::invalid_argument, fmt::format("{}: {}", place_of(profile), why));
  }

  const profile_set& files_;
  const environment& environment_;
  std::vector<std::string> visited_;
  std::vector<assumed_role> roles_;  // the last to be assumed first
};

}  // namespace

result<std::optional<credential_source>> source_of_profile(const profile_set& files, std::string_view name,
                                                           const environment& env) {
  return profile_follower(files, env).follow(name);
}

}  // namespace dynamo::aws

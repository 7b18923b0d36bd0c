#include <remote/credentials/credential_plan.hpp>

#include <fmt/core.h>
#include <remote/credentials/environment_sources.hpp>
#include <remote/credentials/profile_source.hpp>

#include <array>
#include <functional>

namespace dynamo::aws {
namespace {

using found_source = result<std::optional<credential_source>>;

/// What a source of the chain finds, and what to say where it finds nothing.
struct chain_step {
  std::string name;
  std::string absence;
  std::function<found_source()> find;
};

template <class T>
found_source as_source(result<std::optional<T>> found) {
  if (!found) return fail(std::move(found.error()));
  if (!*found) return std::nullopt;
  return credential_source{std::move(**found), {}};
}

/// LocalStack takes any keys; these are those that its documentation uses.
credential_source keys_of_localstack() {
  static_source keys{auth::credentials("test", "test")};
  keys.value.account_id = "000000000000";
  return {std::move(keys), {}};
}

found_source of_profile(const settings& of, const profile_set& files, const environment& env) {
  auto found = source_of_profile(files, of.profile.value, env);
  if (found && !*found && of.profile.value == localstack_profile) return keys_of_localstack();
  return found;
}

std::string no_credentials(const std::vector<considered_source>& considered) {
  std::string text = "No credentials for AWS are configured. Looked at: ";
  for (const considered_source& each : considered) {
    if (&each != &considered.front()) text += "; ";
    text += fmt::format("{} ({})", each.name, each.why);
  }
  return text +
         ". Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or work without AWS: "
         "dynamo::database::open(\"./data\") or dynamo::database::in_memory()";
}

/// Of the program itself.
result<void> check_keys(const auth::credentials& keys) {
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    return fail(errc::invalid_argument, "The program's credentials lack the access key's id or its secret");
  }
  for (const auto& [value, where] : {std::pair{std::string_view(keys.access_key_id), "The program's access key id"},
                                     std::pair{keys.secret_access_key.reveal(), "The program's secret access key"},
                                     std::pair{keys.session_token.reveal(), "The program's session token"}}) {
    if (auto sound = check_text(value, where); !sound) return sound;
  }
  return {};
}

}  // namespace

credential_plan plan_credentials(const std::optional<auth::credentials>& of_program, const settings& of,
                                 const environment& env, const profile_set& files) {
  const std::string profile_name = fmt::format("profile {}", of.profile.value);
  const chain_step variables{"environment variables", "AWS_ACCESS_KEY_ID is not set",
                             [&] { return as_source(keys_of_environment(env)); }};
  const chain_step web_identity{"web identity", "AWS_WEB_IDENTITY_TOKEN_FILE is not set",
                                [&] { return as_source(web_identity_of_environment(env)); }};
  const chain_step profile{
      profile_name,
      files.find_profile(of.profile.value) != nullptr
          ? std::string("it has no credentials")
          : fmt::format("it is neither in {} nor in {}",
                        files.config_path.empty() ? "~/.aws/config" : files.config_path,
                        files.credentials_path.empty() ? "~/.aws/credentials" : files.credentials_path),
      [&] { return of_profile(of, files, env); }};
  const chain_step program{"the program", "it gives none", [&]() -> found_source {
                             if (!of_program) return std::nullopt;
                             if (auto sound = check_keys(*of_program); !sound) return fail(std::move(sound.error()));
                             return credential_source{static_source{*of_program}, {}};
                           }};
  const chain_step container{
      "container agent", "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
      [&] { return as_source(container_of_environment(env)); }};
  const chain_step metadata{"metadata service of EC2", "AWS_EC2_METADATA_DISABLED is true",
                            [&] { return as_source(instance_metadata_of(env, files.find_profile(of.profile.value))); }};
  std::array<const chain_step*, 6> chain{&program, &variables, &web_identity, &profile, &container, &metadata};
  if (of.profile.from.kind == origin_kind::program)
    chain = {&program, &profile, &variables, &web_identity, &container, &metadata};

  credential_plan plan{fail(errc::unavailable, ""), {}};
  bool is_decided = false;
  for (const chain_step* const step : chain) {
    considered_source seen{step->name, source_verdict::not_reached, "an earlier source decides"};
    if (!is_decided) {
      found_source found = step->find();
      is_decided = !found || *found;
      if (!found) {
        seen = {step->name, source_verdict::invalid, found.error().message()};
        plan.source = fail(std::move(found.error()));
      } else if (*found) {
        seen = {step->name, source_verdict::chosen, describe(**found)};
        plan.source = std::move(**found);
      } else {
        seen = {step->name, source_verdict::absent, step->absence};
      }
    }
    plan.considered.push_back(std::move(seen));
  }
  if (!is_decided) plan.source = fail(errc::unavailable, no_credentials(plan.considered));
  return plan;
}

error explain_failure(const credential_plan& plan, const error& of_fetch) {
  if (plan.considered.back().verdict != source_verdict::chosen || of_fetch.code() != errc::unavailable) return of_fetch;
  std::vector<considered_source> considered = plan.considered;
  considered.back().why = of_fetch.message();
  return error(errc::unavailable, no_credentials(considered));
}

}  // namespace dynamo::aws

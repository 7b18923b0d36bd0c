#include <remote/settings/settings.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>
#include <remote/endpoints/partition.hpp>

#include <algorithm>
#include <span>

namespace dynamo::aws {
namespace {

constexpr std::string_view default_profile = "default";
constexpr const char* region_of_emulators = "us-east-1";
constexpr std::uint16_t port_of_localstack = 4566;
constexpr std::int64_t attempts_max = 1'000;

/// A service's name in variables, and in a services section.
struct service_names {
  service_id service;
  std::string_view variable;
  std::string_view key;
};
constexpr service_names services[] = {
    {service_id::dynamodb, "AWS_ENDPOINT_URL_DYNAMODB", "dynamodb"},
    {service_id::dynamodb_streams, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "dynamodb_streams"},
    {service_id::sts, "AWS_ENDPOINT_URL_STS", "sts"},
    {service_id::sso, "AWS_ENDPOINT_URL_SSO", "sso"},
    {service_id::sso_oidc, "AWS_ENDPOINT_URL_SSO_OIDC", "sso_oidc"},
};

/// A setting that is on or off.
struct switch_names {
  sourced<bool> settings::* setting;
  std::optional<bool> explicit_settings::* of_program;
  std::string_view variable;
  std::string_view key;
  std::string_view described;
};
constexpr switch_names switches[] = {
    {&settings::fips, &explicit_settings::fips, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "FIPS"},
    {&settings::dual_stack, &explicit_settings::dual_stack, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint",
     "dual-stack"},
    {&settings::ignore_configured_endpoint_urls, nullptr, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
     "ignore_configured_endpoint_urls", "ignore configured endpoint URLs"},
};

origin by_default() { return {origin_kind::built_in, "default"}; }

std::unexpected<error> refuse_value(const origin& from, std::string_view why) {
  return fail(errc::invalid_argument, fmt::format("{}: {}", from.text, why));
}

using found_text = std::optional<sourced<std::string>>;

/// Reads a text as one of a few words. Without regard to case, as AWS's SDKs do.
template <class T>
struct word {
  std::string_view text;
  T value;
};
constexpr word<bool> booleans[] = {{"true", true}, {"false", false}};
constexpr word<retry_mode> retry_modes[] = {
    {"standard", retry_mode::standard}, {"adaptive", retry_mode::adaptive}, {"legacy", retry_mode::standard}};
constexpr word<account_id_endpoint_mode> account_modes[] = {{"preferred", account_id_endpoint_mode::preferred},
                                                            {"disabled", account_id_endpoint_mode::disabled},
                                                            {"required", account_id_endpoint_mode::required}};

template <class T, std::size_t N>
result<T> one_of(const word<T> (&words)[N], const sourced<std::string>& text) {
  for (const word<T>& each : words) {
    if (equals_without_case(text.value, each.text)) return each.value;
  }
  std::string allowed;
  for (const word<T>& each : words) allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", each.text);
  return refuse_value(text.from, fmt::format("the value is not one of {}", allowed));
}

template <class T, std::size_t N>
std::string_view name_of(const word<T> (&words)[N], T value) {
  return std::ranges::find(words, value, &word<T>::value)->text;
}

result<unsigned> attempts(const sourced<std::string>& text) {
  const auto number = whole_number(text.value);
  if (!number || *number < 1 || *number > attempts_max) {
    return refuse_value(text.from, fmt::format("the value is not a number from 1 to {}", attempts_max));
  }
  return static_cast<unsigned>(*number);
}

class settings_resolver {
 public:
  settings_resolver(const explicit_settings& of_program, const environment& env, const profile_set& files)
      : program_(of_program), environment_(env), files_(files) {}

  result<settings> resolve() {
    for (const auto step :
         {&settings_resolver::choose_profile, &settings_resolver::set_switches, &settings_resolver::set_endpoint_urls,
          &settings_resolver::set_region, &settings_resolver::set_retries}) {
      if (auto done = (this->*step)(); !done) return fail(std::move(done.error()));
    }
    settings_.ca_bundle = look_up(program_.ca_bundle, {"AWS_CA_BUNDLE"}, "ca_bundle");
    settings_.app_id = look_up(program_.app_id, {"AWS_SDK_UA_APP_ID"}, "sdk_ua_app_id");
    return std::move(settings_);
  }

 private:
  result<void> choose_profile() {
    settings_.profile = look_up(program_.profile, {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}, "")
                            .value_or(sourced(std::string(default_profile), by_default()));
    const std::string& name = settings_.profile.value;
    profile_ = files_.find_profile(name);
    if (profile_ != nullptr || name == default_profile || name == localstack_profile) return {};
    return refuse_value(
        settings_.profile.from,
        fmt::format("the profile {} is neither in {} nor in {}{}", name, described_path(shared_file::config),
                    described_path(shared_file::credentials), known_profiles()));
  }

  std::string described_path(shared_file which) const {
    const std::string& path = files_.path_of(which);
    const bool exists = which == shared_file::config ? files_.config_exists : files_.credentials_exist;
    if (path.empty())
      return which == shared_file::config ? "a config file (HOME is not set)" : "a credentials file (likewise)";
    return exists ? path : fmt::format("{} (which does not exist)", path);
  }

  /// "; they have a, b": a few, which is mostly all.
  std::string known_profiles() const {
    constexpr std::size_t shown = 10;
    std::string text;
    std::size_t count = 0;
    for (const auto& [name, section] : files_.profiles) {
      if (++count > shown) break;
      text += fmt::format("{}{}", count == 1 ? "; the profiles there are " : ", ", name);
    }
    return count > shown ? text + " and others" : text;
  }

  result<void> set_switches() {
    for (const switch_names& each : switches) {
      if (auto done =
              set_word(settings_.*each.setting, each.of_program == nullptr ? std::nullopt : program_.*each.of_program,
                       each.variable, each.key, booleans);
          !done) {
        return done;
      }
    }
    return set_word(settings_.account_mode, program_.account_mode, "AWS_ACCOUNT_ID_ENDPOINT_MODE",
                    "account_id_endpoint_mode", account_modes);
  }

  result<void> set_endpoint_urls() {
    for (const service_names& service : services) {
      auto text = endpoint_url_text(service);
      if (!text) return fail(std::move(text.error()));
      std::optional<sourced<endpoint_url>>& setting = settings_.endpoint_url_of(service.service);
      if (!*text) {
        if (settings_.profile.value == localstack_profile) setting = localstack_url();
        continue;
      }
      auto url = parse_endpoint_url((*text)->value);
      if (!url) return refuse_value((*text)->from, url.error().message());
      setting.emplace(std::move(*url), std::move((*text)->from));
    }
    return {};
  }

  result<found_text> endpoint_url_text(const service_names& service) const {
    if (const auto* url = url_of_program(service.service)) {
      return sourced<std::string>(*url, {origin_kind::program, "the program"});
    }
    if (settings_.ignore_configured_endpoint_urls.value) return found_text();
    if (auto found = of_environment({service.variable, "AWS_ENDPOINT_URL"})) return found;
    auto of_section = of_services_section(service.key);
    if (!of_section || *of_section) return of_section;
    return of_profile("endpoint_url");
  }

  const std::string* url_of_program(service_id service) const {
    const auto given = [](const std::optional<std::string>& url) { return url && !url->empty() ? &*url : nullptr; };
    switch (service) {
      case service_id::dynamodb: return given(program_.endpoint_url);
      case service_id::dynamodb_streams: {
        const std::string* const own = given(program_.streams_endpoint_url);
        return own != nullptr ? own : given(program_.endpoint_url);
      }
      default: return nullptr;
    }
  }

  result<found_text> of_services_section(std::string_view service) const {
    const property* const named = profile_ == nullptr ? nullptr : profile_->find("services");
    if (named == nullptr || named->text().empty()) return found_text();
    const auto section = files_.services.find(named->text());
    if (section == files_.services.end()) {
      return refuse_value(origin_of(*named), fmt::format("there is no section [services {}] in {}", named->text(),
                                                         described_path(shared_file::config)));
    }
    const property* const of_service = section->second.find(service);
    const property_value* const url = of_service == nullptr ? nullptr : of_service->find_nested("endpoint_url");
    if (url == nullptr || url->text().empty()) return found_text();
    return sourced(
        std::string(url->text()),
        origin(origin_kind::profile, fmt::format("[services {}] ({})", named->text(), files_.describe(url->where()))));
  }

  static sourced<endpoint_url> localstack_url() {
    endpoint_url url("127.0.0.1");
    url.tls = false;
    url.port = port_of_localstack;
    return {std::move(url), of_localstack()};
  }
  static origin of_localstack() {
    return {origin_kind::built_in, fmt::format("built-in profile {}", localstack_profile)};
  }

  result<void> set_region() {
    settings_.region = look_up(program_.region, {"AWS_REGION", "AWS_DEFAULT_REGION"}, "region");
    if (!settings_.region) {
      if (settings_.profile.value == localstack_profile) {
        settings_.region.emplace(region_of_emulators, of_localstack());
      } else if (settings_.endpoint_url_of(service_id::dynamodb)) {
        settings_.region.emplace(region_of_emulators, origin(origin_kind::built_in, "default of custom endpoints"));
      }
      return {};
    }
    std::string& region = settings_.region->value;
    for (const std::string_view mark : {"fips-", "-fips"}) {
      const bool at_front = mark.ends_with('-') && region.starts_with(mark);
      if (!at_front && (mark.ends_with('-') || !region.ends_with(mark))) continue;
      region.erase(at_front ? 0 : region.size() - mark.size(), mark.size());
      settings_.fips = sourced(true, settings_.region->from);
    }
    if (is_host_label(region)) return {};
    return refuse_value(settings_.region->from,
                        "the value is no region: a region has letters, digits and hyphens, as eu-west-2");
  }

  result<void> set_retries() {
    if (program_.retries) {
      settings_.retries.emplace(*program_.retries, origin(origin_kind::program, "the program"));
    } else if (const auto text = look_up({}, {"AWS_RETRY_MODE"}, "retry_mode")) {
      const auto mode = one_of(retry_modes, *text);
      if (!mode) return fail(mode.error());
      settings_.retries.emplace(*mode, text->from);
    }
    auto text = look_up({}, {"AWS_MAX_ATTEMPTS"}, "max_attempts");
    if (program_.max_attempts) {
      text.emplace(fmt::format("{}", *program_.max_attempts), origin(origin_kind::program, "the program"));
    }
    if (!text) return {};
    const auto number = attempts(*text);
    if (!number) return fail(number.error());
    settings_.max_attempts.emplace(*number, text->from);
    return {};
  }

  template <class T, std::size_t N>
  result<void> set_word(sourced<T>& to, const std::optional<T>& of_program, std::string_view name, std::string_view key,
                        const word<T> (&words)[N]) const {
    to.from = by_default();
    if (of_program) {
      to = sourced<T>(*of_program, {origin_kind::program, "the program"});
    } else if (const auto text = look_up({}, {name}, key)) {
      const auto value = one_of(words, *text);
      if (!value) return fail(value.error());
      to = sourced<T>(*value, text->from);
    }
    return {};
  }

  found_text look_up(const std::optional<std::string>& of_program, std::initializer_list<std::string_view> variables,
                     std::string_view key) const {
    if (of_program && !of_program->empty()) {
      return sourced(*of_program, origin(origin_kind::program, "the program"));
    }
    if (auto found = of_environment(variables)) return found;
    return of_profile(key);
  }

  found_text of_environment(std::initializer_list<std::string_view> variables) const {
    for (const std::string_view name : variables) {
      if (auto value = variable(environment_, name)) {
        return sourced(std::move(*value), origin(origin_kind::environment_variable, std::string(name)));
      }
    }
    return std::nullopt;
  }

  found_text of_profile(std::string_view key) const {
    const property* const found = profile_ == nullptr ? nullptr : profile_->find(key);
    if (found == nullptr || found->text().empty()) return std::nullopt;
    return sourced(std::string(found->text()), origin_of(*found));
  }

  origin origin_of(const property_value& of) const {
    return {origin_kind::profile, fmt::format("profile {} ({})", settings_.profile.value, files_.describe(of.where()))};
  }

  const explicit_settings& program_;
  const environment& environment_;
  const profile_set& files_;
  const profile_section* profile_ = nullptr;
  settings settings_;
};

}  // namespace

result<settings> resolve_settings(const explicit_settings& of_program, const environment& env,
                                  const profile_set& files) {
  return settings_resolver(of_program, env, files).resolve();
}

result<resolved_endpoint> resolve_endpoint(const settings& by, service_id service,
                                           std::optional<std::string_view> account_id,
                                           std::span<const std::string_view> resource_arns, bool vector_search) {
  endpoint_parameters of;
  of.service = service;
  if (by.region) of.region = by.region->value;
  of.fips = by.fips.value;
  of.dual_stack = by.dual_stack.value;
  of.account_mode = by.account_mode.value;
  of.account_id = account_id;
  of.resource_arns = resource_arns;
  of.vector_search = vector_search;
  if (const auto& url = by.endpoint_url_of(service)) of.custom = url->value;
  return resolve_endpoint(of);
}

std::vector<described_setting> describe(const settings& of) {
  std::vector<described_setting> all;
  const auto add = [&](std::string_view name, std::string_view value, const origin& from) {
    all.emplace_back(std::string(name), std::string(value), from.text);
  };
  add("profile", of.profile.value, of.profile.from);
  if (of.region) add("region", of.region->value, of.region->from);
  for (const service_names& service : services) {
    const auto& url = of.endpoint_url_of(service.service);
    if (url) add(fmt::format("endpoint URL of {}", service.key), url->value.text(), url->from);
  }
  for (const switch_names& each : switches) {
    add(each.described, name_of(booleans, (of.*each.setting).value), (of.*each.setting).from);
  }
  add("account id endpoint mode", name_of(account_modes, of.account_mode.value), of.account_mode.from);
  if (of.retries) add("retry mode", name_of(retry_modes, of.retries->value), of.retries->from);
  if (of.max_attempts) add("max attempts", fmt::format("{}", of.max_attempts->value), of.max_attempts->from);
  if (of.ca_bundle) add("CA bundle", of.ca_bundle->value, of.ca_bundle->from);
  if (of.app_id) add("app id", of.app_id->value, of.app_id->from);
  return all;
}

}  // namespace dynamo::aws

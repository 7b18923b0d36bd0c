#include <remote/credentials/environment_sources.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>
#include <remote/credentials/expiration.hpp>

#include <algorithm>

namespace dynamo::aws {
namespace {

constexpr const char* ecs_address = "169.254.170.2";
constexpr std::string_view hosts_of_this_machine[] = {ecs_address, "169.254.170.23", "fd00:ec2::23", "localhost",
                                                      "::1"};
constexpr const char* ec2_address = "169.254.169.254";
constexpr const char* ec2_address_of_ipv6 = "fd00:ec2::254";
constexpr int seconds_max = 60;
constexpr int attempts_of_metadata_max = 10;

std::unexpected<error> refuse_variable(std::string_view name, std::string_view why) {
  return fail(errc::invalid_argument, fmt::format("{}: {}", name, why));
}

endpoint_url plain_http(std::string_view host) {
  endpoint_url url(host);
  url.tls = false;
  url.port = 80;
  return url;
}

/// 127.x.y.z
bool is_ipv4_loopback(std::string_view host) {
  return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
         std::ranges::all_of(host, [](char c) { return c == '.' || is_ascii_digit(c); });
}

bool is_this_machine(std::string_view host) {
  return is_ipv4_loopback(host) || std::ranges::find(hosts_of_this_machine, host) != std::end(hosts_of_this_machine);
}

result<container_source> container_at(std::string_view uri, std::string_view name) {
  const std::size_t scheme = uri.find("://");
  const std::size_t begin = scheme == uri.npos ? 0 : scheme + 3;
  const std::size_t end = std::min(uri.find_first_of("/?#", begin), uri.size());
  auto host = parse_endpoint_url(uri.substr(0, end));
  if (!host) return refuse_variable(name, host.error().message());
  if (!host->tls && !is_this_machine(host->host)) {
    return refuse_variable(
        name,
        "credentials are not asked for over plain HTTP from another machine; use https://, a loopback address, "
        "169.254.170.2, 169.254.170.23 or [fd00:ec2::23]");
  }
  container_source found;
  found.host = std::move(*host);
  found.target = uri.substr(end);
  if (found.target.find('#') != found.target.npos)
    return refuse_variable(name, "the URI has a fragment; remove what begins with '#'");
  if (!found.target.starts_with('/')) found.target.insert(0, 1, '/');
  return found;
}

/// A number of a variable, or of the profile.
result<int> number_of(const environment& env, const profile_section* profile, std::string_view name,
                      std::string_view key, int otherwise, int most) {
  std::optional<std::string> text = variable(env, name);
  if (!text && profile != nullptr) text = profile->value(key);
  if (!text) return otherwise;
  const auto number = whole_number(*text);
  if (!number || *number < 1 || *number > most) {
    return refuse_variable(fmt::format("{} or {}", name, key),
                           fmt::format("the value is not a number from 1 to {}", most));
  }
  return static_cast<int>(*number);
}

bool is_text(const std::optional<std::string>& value, std::string_view lower) {
  return value && equals_without_case(*value, lower);
}

}  // namespace

result<void> check_text(std::string_view value, std::string_view where) {
  if (std::ranges::all_of(value, [](char c) { return c > ' ' && c < '\x7f'; })) return {};
  return fail(
      errc::invalid_argument,
      fmt::format(
          "{}: the value has white space, control characters or letters beyond ASCII; copy it again, without a line "
          "feed at its end",
          where));
}

result<std::optional<static_source>> keys_of_environment(const environment& env) {
  constexpr std::string_view id_name = "AWS_ACCESS_KEY_ID";
  constexpr std::string_view key_name = "AWS_SECRET_ACCESS_KEY";
  constexpr std::string_view expiration_name = "AWS_CREDENTIAL_EXPIRATION";
  auto id = variable(env, id_name);
  if (!id) return std::nullopt;
  auto key = variable(env, key_name);
  if (!key) return refuse_variable(key_name, fmt::format("it is not set, though {} is; set both or none", id_name));
  std::string_view token_name = "AWS_SESSION_TOKEN";
  auto token = variable(env, token_name);
  if (!token) {
    token_name = "AWS_SECURITY_TOKEN";  // of older tools
    token = variable(env, token_name);
  }
  static_source found;
  found.value.access_key_id = std::move(*id);
  found.value.secret_access_key = auth::secret(std::move(*key));
  found.value.session_token = auth::secret(std::move(token).value_or(""));
  found.value.account_id = variable(env, "AWS_ACCOUNT_ID").value_or("");
  if (auto checked = check_text(found.value.access_key_id, id_name); !checked) return fail(checked.error());
  if (auto checked = check_text(found.value.secret_access_key.reveal(), key_name); !checked)
    return fail(checked.error());
  if (auto checked = check_text(found.value.session_token.reveal(), token_name); !checked) return fail(checked.error());
  if (const auto text = variable(env, expiration_name)) {
    found.value.expires = expiration_from_text(*text);
    if (!found.value.expires)
      return refuse_variable(expiration_name, "the value is no time such as 2026-11-27T12:00:00Z");
  }
  return found;
}

result<std::optional<web_identity_source>> web_identity_of_environment(const environment& env) {
  auto file = variable(env, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) return std::nullopt;
  auto role = variable(env, "AWS_ROLE_ARN");
  if (!role)
    return refuse_variable("AWS_ROLE_ARN", "it is not set, though AWS_WEB_IDENTITY_TOKEN_FILE is; set both or none");
  web_identity_source found;
  found.token_file = std::move(*file);
  found.role_arn = std::move(*role);
  found.session_name = variable(env, "AWS_ROLE_SESSION_NAME").value_or("");
  return found;
}

result<std::optional<container_source>> container_of_environment(const environment& env) {
  std::string_view name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  auto uri = variable(env, name);
  if (uri) {
    if (!uri->starts_with('/')) return refuse_variable(name, "the value does not begin with '/'");
    uri->insert(0, fmt::format("http://{}", ecs_address));
  } else {
    name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    uri = variable(env, name);
  }
  if (!uri) return std::nullopt;
  if (auto checked = check_text(*uri, name); !checked) return fail(std::move(checked.error()));
  auto found = container_at(*uri, name);
  if (!found) return fail(std::move(found.error()));
  constexpr std::string_view token_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  found->token_file = variable(env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
  if (!found->token_file.empty()) return std::move(*found);
  found->authorization = auth::secret(variable(env, token_name).value_or(""));
  if (found->authorization.reveal().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    return refuse_variable(token_name, "the value has a line feed or another control character; set it without");
  }
  return std::move(*found);
}

result<std::optional<instance_metadata_source>> instance_metadata_of(const environment& env,
                                                                     const profile_section* profile) {
  if (is_text(variable(env, "AWS_EC2_METADATA_DISABLED"), "true")) return std::nullopt;
  const auto text = [&](std::string_view name, std::string_view key) {
    std::optional<std::string> value = variable(env, name);
    if (!value && profile != nullptr) value = profile->value(key);
    return value;
  };
  instance_metadata_source found;
  constexpr std::string_view endpoint_name = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  constexpr std::string_view mode_name = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
  const auto mode = text(mode_name, "ec2_metadata_service_endpoint_mode");
  if (const auto url = text(endpoint_name, "ec2_metadata_service_endpoint")) {
    auto host = parse_endpoint_url(*url);
    if (!host)
      return refuse_variable(fmt::format("{} or ec2_metadata_service_endpoint", endpoint_name), host.error().message());
    found.host = std::move(*host);
  } else if (!mode || is_text(mode, "ipv4")) {
    found.host = plain_http(ec2_address);
  } else if (is_text(mode, "ipv6")) {
    found.host = plain_http(ec2_address_of_ipv6);
  } else {
    return refuse_variable(fmt::format("{} or ec2_metadata_service_endpoint_mode", mode_name),
                           "the value is not one of IPv4, IPv6");
  }
  const auto seconds =
      number_of(env, profile, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", 1, seconds_max);
  if (!seconds) return fail(seconds.error());
  const auto attempts = number_of(env, profile, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", 1,
                                  attempts_of_metadata_max);
  if (!attempts) return fail(attempts.error());
  found.timeout = std::chrono::seconds(*seconds);
  found.attempts = static_cast<unsigned>(*attempts);
  return found;
}

}  // namespace dynamo::aws

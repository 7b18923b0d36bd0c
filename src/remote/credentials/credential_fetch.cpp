#include <remote/credentials/credential_fetch.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>
#include <remote/credentials/answers.hpp>
#include <remote/credentials/environment_sources.hpp>
#include <remote/credentials/sts.hpp>

#include <algorithm>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

constexpr unsigned attempts_of_services = 3;
constexpr std::chrono::milliseconds pause_of_services = 200ms;
constexpr std::chrono::milliseconds pause_of_agents = 1s;
constexpr std::chrono::seconds timeout_of_agents = 2s;
constexpr const char* metadata_token_seconds = "21600";
constexpr const char* metadata_roles = "/latest/meta-data/iam/security-credentials/";

constexpr unsigned status_ok = 200;
constexpr unsigned status_unauthorized = 401;
constexpr unsigned status_not_found = 404;

/// What no attempt mends: settings, a request or a feature, not the source.
bool is_of_this_side(errc code) { return code == errc::invalid_argument || code == errc::not_supported; }

/// Another attempt may go better.
bool may_pass(const fetch_result& got) {
  constexpr unsigned too_many_requests = 429;
  constexpr unsigned first_of_servers = 500;
  if (!got.text) return !is_of_this_side(got.text.error().code());
  return got.status == too_many_requests || got.status >= first_of_servers;
}

/// Why credentials could not be fetched, by what an action failed with.
errc code_after(const error& of_action) {
  return is_of_this_side(of_action.code()) ? of_action.code() : errc::unavailable;
}

fetch_action failed(error why) { return fetch_outcome(fail(std::move(why))); }

auth::secret plain(std::string_view text) { return auth::secret(std::string(text)); }

/// Without the line feed that files end with.
std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// The first line, if it is a role's name.
std::optional<std::string_view> role_name_of(std::string_view text) {
  constexpr std::string_view marks = "_+=,.@-";
  constexpr std::size_t longest = 64;
  const std::string_view line = without_line_end(text.substr(0, text.find('\n')));
  const bool valid = !line.empty() && line.size() <= longest && std::ranges::all_of(line, [&](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || marks.find(c) != marks.npos;
  });
  if (!valid) return std::nullopt;
  return line;
}

}  // namespace

credential_fetch::credential_fetch(credential_source source, const settings& of)
    : source_(std::move(source)), settings_(of) {}

fetch_action credential_fetch::start(instant now) {
  return std::visit([&](const auto& of) { return begin(of, now); }, source_.base);
}

fetch_action credential_fetch::resume(fetch_result got, instant now) {
  if (is_pausing_) {
    is_pausing_ = false;
    return request_;
  }
  if (is_sending_) {
    if (may_pass(got) && attempts_left_ > 0) return send_again();
    is_sending_ = false;
  }
  return (this->*then_)(got, now);
}

fetch_action credential_fetch::give_up(errc code, std::string_view why) const {
  return failed(error(code, fmt::format("{}: {}", describe({source_.base, {}}), why)));
}

fetch_action credential_fetch::give_up(const error& of_action) const {
  return give_up(code_after(of_action), of_action.message());
}

fetch_action credential_fetch::read(std::string path, step then) {
  then_ = then;
  return read_file{std::move(path)};
}

fetch_action credential_fetch::send(send_request request, unsigned attempts, std::chrono::milliseconds pause,
                                    step then) {
  then_ = then;
  request_ = std::move(request);
  is_sending_ = true;
  attempts_left_ = attempts - 1;
  pause_ = pause;
  return request_;
}

fetch_action credential_fetch::send_again() {
  --attempts_left_;
  if (pause_ == 0ms) return request_;
  is_pausing_ = true;
  pause_ *= 2;
  return pause_for{pause_ / 2};
}

fetch_action credential_fetch::take(result<auth::credentials> got, instant now) {
  if (!got || roles_taken_ == source_.roles.size()) return fetch_outcome(std::move(got));
  const assumed_role& role = source_.roles[roles_taken_++];
  return ask_sts(plain(assume_role_body(role, now)), std::move(*got), &credential_fetch::got_assumed_role);
}

fetch_action credential_fetch::ask_sts(auth::secret body, std::optional<auth::credentials> by, step then) {
  const auto where = resolve_endpoint(settings_, service_id::sts);
  if (!where) return failed(error(where.error().code(), fmt::format("STS: {}", where.error().message())));
  send_request request;
  request.method = "POST";
  request.host = where->url;
  request.target = "/";
  request.headers.emplace_back("content-type", plain("application/x-www-form-urlencoded; charset=utf-8"));
  request.body = std::move(body);
  if (by) {
    if (where->signing_region.empty())
      return failed(error(errc::invalid_argument, "STS: No region is known; set AWS_REGION"));
    request.sign = send_request::signature{std::move(*by), where->signing_region, "sts"};
  }
  return send(std::move(request), attempts_of_services, pause_of_services, then);
}

fetch_action credential_fetch::got_assumed_role(fetch_result& got, instant now) {
  const std::string& role = source_.roles[roles_taken_ - 1].role_arn;
  if (!got.text) {
    const error& why = got.text.error();
    return failed(error(code_after(why), fmt::format("STS, for role {}: {}", role, why.message())));
  }
  auto read = read_sts_answer(role, got.text->reveal());
  if (!read && read.error().code() == errc::throttled && attempts_left_ > 0) {
    is_sending_ = true;
    return send_again();
  }
  return take(std::move(read), now);
}

fetch_action credential_fetch::begin(const static_source& of, instant now) {
  if (of.value.expires && *of.value.expires <= now) return give_up(errc::unavailable, "the credentials have expired");
  return take(of.value, now);
}

// --- web identity

fetch_action credential_fetch::begin(const web_identity_source& of, instant) {
  return read(of.token_file, &credential_fetch::got_web_identity_token);
}

fetch_action credential_fetch::got_web_identity_token(fetch_result& got, instant now) {
  if (!got.text) return give_up(got.text.error());
  auto body = web_identity_body(base<web_identity_source>(), got.text->reveal(), now);
  if (!body) return failed(std::move(body.error()));
  return ask_sts(std::move(*body), {}, &credential_fetch::got_role_of_web_identity);
}

fetch_action credential_fetch::got_role_of_web_identity(fetch_result& got, instant now) {
  if (!got.text) return give_up(got.text.error());
  return take(read_sts_answer(base<web_identity_source>().role_arn, got.text->reveal()), now);
}

// --- a process

fetch_action credential_fetch::begin(const process_source& of, instant) {
  then_ = &credential_fetch::got_output;
  return run_process{of.arguments};
}

fetch_action credential_fetch::got_output(fetch_result& got, instant now) {
  if (!got.text) return give_up(got.text.error());
  auto read = read_process_answer(base<process_source>(), got.text->reveal());
  if (read && read->expires && *read->expires <= now) {
    return give_up(errc::unavailable, "the credentials that it printed have expired");
  }
  return take(std::move(read), now);
}

// --- IAM Identity Center

fetch_action credential_fetch::begin(const sso_source& of, instant) {
  return read(of.token_file, &credential_fetch::got_sso_token);
}

fetch_action credential_fetch::got_sso_token(fetch_result& got, instant now) {
  const auto& of = base<sso_source>();
  if (!got.text) return failed(sign_in_again(of, "there is no token"));
  auto token = read_sso_token(of, got.text->reveal());
  if (!token) return failed(std::move(token.error()));
  sso_token_ = std::move(*token);
  switch (next_step(of, sso_token_, now)) {
    case sso_step::use: return ask_sso_for_role();
    case sso_step::sign_in: return failed(sign_in_again(of, "the token has expired"));
    case sso_step::renew: break;
  }
  send_request request;
  request.method = "POST";
  request.target = "/token";
  request.headers.emplace_back("content-type", plain("application/json"));
  request.body = renewal_body(sso_token_);
  return ask_sso(service_id::sso_oidc, std::move(request), &credential_fetch::got_renewal);
}

fetch_action credential_fetch::ask_sso(service_id service, send_request request, step then) {
  settings there = settings_;
  there.region.emplace(base<sso_source>().region, origin(origin_kind::profile, "sso_region"));
  const auto where = resolve_endpoint(there, service);
  if (!where) return give_up(where.error().code(), where.error().message());
  request.host = where->url;
  return send(std::move(request), attempts_of_services, pause_of_services, then);
}

fetch_action credential_fetch::got_renewal(fetch_result& got, instant now) {
  const auto& of = base<sso_source>();
  auto renewed = got.text ? read_renewal_answer(of, sso_token_, got.text->reveal(), now)
                          : result<sso_token>(fail(got.text.error()));
  if (!renewed) {
    if (sso_token_.expires > now) return ask_sso_for_role();
    return failed(
        sign_in_again(of, fmt::format("the token has expired and cannot be renewed ({})", renewed.error().message())));
  }
  sso_token_ = std::move(*renewed);
  then_ = &credential_fetch::wrote_sso_token;
  return write_file{of.token_file, write_sso_token(of, sso_token_)};
}

fetch_action credential_fetch::wrote_sso_token(fetch_result&, instant) { return ask_sso_for_role(); }

fetch_action credential_fetch::ask_sso_for_role() {
  send_request request;
  request.method = "GET";
  request.target = role_credentials_target(base<sso_source>());
  request.headers.emplace_back("x-amz-sso_bearer_token", sso_token_.access_token);
  return ask_sso(service_id::sso, std::move(request), &credential_fetch::got_role_of_sso);
}

fetch_action credential_fetch::got_role_of_sso(fetch_result& got, instant now) {
  const auto& of = base<sso_source>();
  if (!got.text) return give_up(got.text.error());
  if (got.status == status_unauthorized) return failed(sign_in_again(of, "the token is not accepted"));
  return take(read_role_credentials(of, got.text->reveal()), now);
}

// --- a container's agent

fetch_action credential_fetch::begin(const container_source& of, instant) {
  if (of.token_file.empty()) return ask_container(of.authorization);
  return read(of.token_file, &credential_fetch::got_container_token);
}

fetch_action credential_fetch::got_container_token(fetch_result& got, instant) {
  if (!got.text) {
    return give_up(errc::unavailable,
                   fmt::format("the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: {}", got.text.error().message()));
  }
  const auth::secret token = plain(without_line_end(got.text->reveal()));
  if (token.empty() || token.reveal().find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    return give_up(errc::invalid_argument,
                   "the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is empty, or has more than one line");
  }
  return ask_container(token);
}

fetch_action credential_fetch::ask_container(const auth::secret& authorization) {
  const auto& of = base<container_source>();
  send_request request;
  request.method = "GET";
  request.host = of.host;
  request.target = of.target;
  request.headers.emplace_back("accept", plain("application/json"));
  if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
  request.timeout = timeout_of_agents;
  request.direct = !of.host.tls;
  return send(std::move(request), attempts_of_services, pause_of_agents, &credential_fetch::got_container_credentials);
}

fetch_action credential_fetch::got_container_credentials(fetch_result& got, instant now) {
  if (!got.text) return give_up(got.text.error());
  auto read = read_container_answer(base<container_source>(), got.text->reveal());
  const bool has_own_words = !read && read.error().code() == errc::unavailable;
  if (got.status != status_ok && !has_own_words) {
    return give_up(errc::unavailable, fmt::format("it answers with status {}", got.status));
  }
  return take(std::move(read), now);
}

// --- the metadata service of EC2

fetch_action credential_fetch::begin(const instance_metadata_source& of, instant) {
  send_request request;
  request.method = "PUT";
  request.host = of.host;
  request.target = "/latest/api/token";
  request.headers.emplace_back("x-aws-ec2-metadata-token-ttl-seconds", plain(metadata_token_seconds));
  request.timeout = of.timeout;
  request.direct = true;
  return send(std::move(request), of.attempts, 0ms, &credential_fetch::got_metadata_token);
}

fetch_action credential_fetch::got_metadata_token(fetch_result& got, instant) {
  if (!got.text) return give_up(got.text.error());
  if (got.status != status_ok) {
    return give_up(errc::unavailable,
                   fmt::format("it answers a request for a token with status {}; IMDSv2 must be enabled for the "
                               "instance, with a hop limit of 2 in a container",
                               got.status));
  }
  const std::string_view token = without_line_end(got.text->reveal());
  if (token.empty() || !check_text(token, "")) return give_up(errc::decoding, "its token is malformed");
  metadata_token_ = plain(token);
  return ask_metadata(metadata_roles, &credential_fetch::got_role_name);
}

fetch_action credential_fetch::ask_metadata(std::string target, step then) {
  const auto& of = base<instance_metadata_source>();
  send_request request;
  request.method = "GET";
  request.host = of.host;
  request.target = std::move(target);
  request.headers.emplace_back("x-aws-ec2-metadata-token", metadata_token_);
  request.timeout = of.timeout;
  request.direct = true;
  return send(std::move(request), of.attempts, 0ms, then);
}

fetch_action credential_fetch::got_role_name(fetch_result& got, instant) {
  if (!got.text) return give_up(got.text.error());
  if (got.status == status_not_found) {
    return give_up(errc::unavailable, "the instance has no role; attach an instance profile to it");
  }
  if (got.status != status_ok) {
    return give_up(errc::unavailable,
                   fmt::format("it answers a request for the role's name with status {}", got.status));
  }
  const auto name = role_name_of(got.text->reveal());
  if (!name) return give_up(errc::decoding, "the name of the instance's role is malformed");
  return ask_metadata(fmt::format("{}{}", metadata_roles, *name), &credential_fetch::got_metadata_credentials);
}

fetch_action credential_fetch::got_metadata_credentials(fetch_result& got, instant now) {
  if (!got.text) return give_up(got.text.error());
  if (got.status != status_ok) {
    return give_up(errc::unavailable,
                   fmt::format("it answers a request for the role's credentials with status {}", got.status));
  }
  return take(read_instance_metadata_answer(base<instance_metadata_source>(), got.text->reveal()), now);
}

}  // namespace dynamo::aws

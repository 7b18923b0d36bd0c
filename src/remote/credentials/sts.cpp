#include <remote/credentials/sts.hpp>

#include <fmt/core.h>
#include <remote/credentials/answers.hpp>
#include <remote/credentials/environment_sources.hpp>
#include <remote/credentials/expiration.hpp>
#include <remote/credentials/form_member.hpp>
#include <remote/credentials/json_members.hpp>
#include <remote/credentials/xml_texts.hpp>

#include <algorithm>

namespace dynamo::aws {
namespace {

/// Source: AssumeRoleWithWebIdentity in the API reference of STS.
constexpr std::size_t web_identity_token_bytes_max = 20'000;

std::string sts_body(std::string_view action, std::string_view role_arn, std::string_view session_name, instant now) {
  std::string body;
  append_form_member(body, "Action", action);
  append_form_member(body, "Version", "2011-06-15");
  append_form_member(body, "RoleArn", role_arn);
  append_form_member(body, "RoleSessionName",
                     session_name.empty() ? fmt::format("dynamo-{}", now.time_since_epoch().count()) : session_name);
  return body;
}

errc code_of(std::string_view sts_code) {
  if (sts_code.starts_with("Throttl") || sts_code == "RequestLimitExceeded") return errc::throttled;
  constexpr std::string_view passing[] = {"IDPCommunicationError", "ServiceUnavailable", "InternalFailure",
                                          "InternalError"};
  return std::ranges::find(passing, sts_code) != std::end(passing) ? errc::service_unavailable : errc::unavailable;
}

std::unexpected<error> undecodable(std::string_view role_arn, std::string_view why) {
  return fail(errc::decoding, fmt::format("STS, for role {}: {}", role_arn, why));
}

/// The account of "arn:aws:sts::<account>:assumed-role/<role>/<session>".
std::string_view account_of(std::string_view arn) {
  for (int colons = 0; colons < 4; ++colons) {
    const std::size_t colon = arn.find(':');
    if (colon == arn.npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

}  // namespace

std::string assume_role_body(const assumed_role& role, instant now) {
  std::string body = sts_body("AssumeRole", role.role_arn, role.session_name, now);
  if (!role.external_id.empty()) append_form_member(body, "ExternalId", role.external_id);
  if (role.duration) append_form_member(body, "DurationSeconds", fmt::format("{}", role.duration->count()));
  return body;
}

result<auth::secret> web_identity_body(const web_identity_source& source, std::string_view token, instant now) {
  constexpr std::string_view white_space = " \t\r\n";
  while (!token.empty() && white_space.find(token.back()) != white_space.npos) token.remove_suffix(1);
  if (token.empty() || token.size() > web_identity_token_bytes_max) {
    return fail(errc::invalid_argument,
                fmt::format("{}: the web identity token is {}", source.token_file,
                            token.empty() ? "empty" : "longer than the 20000 bytes that STS takes"));
  }
  std::string body = sts_body("AssumeRoleWithWebIdentity", source.role_arn, source.session_name, now);
  body.reserve(body.size() + 20 + 3 * token.size());  // so that no copy of the token is left behind
  append_form_member(body, "WebIdentityToken", token);
  return auth::secret(std::move(body));
}

result<auth::credentials> read_sts_answer(std::string_view role_arn, std::string_view body) {
  if (body.size() > credential_answer_bytes_max) return undecodable(role_arn, "the answer is too long");
  const auto texts = xml_texts::parse(body);
  if (!texts) return undecodable(role_arn, "the answer is no XML as STS writes it");
  if (const auto code = texts->find("ErrorResponse/Error/Code")) {
    error_detail why;
    why.code = code_of(*code);
    why.message = fmt::format("STS refuses the role {}: {}: {}", role_arn, quoted_words(*code),
                              quoted_words(texts->find("ErrorResponse/Error/Message").value_or("no message")));
    why.type = quoted_words(*code);
    why.request_id = quoted_words(texts->find("ErrorResponse/RequestId").value_or(""));
    return fail(error(std::move(why)));
  }
  for (const char* action : {"AssumeRole", "AssumeRoleWithWebIdentity"}) {
    const std::string prefix = fmt::format("{0}Response/{0}Result/", action);
    const auto text = [&](const char* name) { return texts->find(prefix + name); };
    const auto id = text("Credentials/AccessKeyId");
    if (!id) continue;
    const auto key = text("Credentials/SecretAccessKey");
    const auto token = text("Credentials/SessionToken");
    const auto expiration = text("Credentials/Expiration");
    if (!key || !token || !expiration) break;
    for (const std::string_view value : {*id, *key, *token}) {
      if (!check_text(value, ""))
        return undecodable(role_arn, "the credentials have white space or control characters");
    }
    auth::credentials read{std::string(*id), std::string(*key), std::string(*token)};
    read.expires = expiration_from_text(*expiration);
    if (!read.expires) return undecodable(role_arn, "the Expiration is no time such as 2026-11-27T12:00:00Z");
    read.account_id = account_of(text("AssumedRoleUser/Arn").value_or(""));
    return read;
  }
  return undecodable(role_arn, "the answer has no credentials");
}

}  // namespace dynamo::aws

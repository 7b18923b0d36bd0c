// OpenSSL 3 marks the one-shot SHA1() as deprecated in favour of EVP.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <remote/credentials/sso.hpp>

#include <dynamo/base/detail/ascii.hpp>
#include <dynamo/base/detail/time_text.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/writer.hpp>

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <remote/credentials/answers.hpp>
#include <remote/credentials/environment_sources.hpp>
#include <remote/credentials/form_member.hpp>
#include <remote/credentials/json_members.hpp>

namespace dynamo::aws {
namespace {

constexpr std::chrono::minutes renewal_window{15};
constexpr std::int64_t longest_token_seconds = 366LL * 24 * 3'600;

std::string sso_name(const sso_source& of) {
  return of.session_name.empty() ? fmt::format("IAM Identity Center at {}", of.start_url)
                                 : fmt::format("IAM Identity Center, sso-session {}", of.session_name);
}

std::string zulu(instant at) { return time_text(at, time_precision::seconds) + "Z"; }

/// A JSON object of strings, for which no memory is used again before it is wiped.
class secret_object {
 public:
  void add(std::string_view name, std::string_view value) {
    text_.append(text_.empty() ? "{" : ",");
    json::write_string(text_, name);
    text_.append(':');
    json::write_string(text_, value);
  }
  auth::secret finish() {
    text_.append('}');
    auth::secret whole{std::string(text_.view())};
    OPENSSL_cleanse(text_.data(), text_.size());
    return whole;
  }

 private:
  json::buffer text_;
};

result<void> check_sso_error(const json_members& from) {
  for (const auto& [code, words] : {std::pair{"error", "error_description"}, {"__type", "message"}}) {
    if (const auto found = from.find(code)) {
      return fail(errc::unavailable, fmt::format("{}: {}: {}", from.source(), quoted_words(*found),
                                                 quoted_words(from.find(words).value_or("no message"))));
    }
  }
  return {};
}

}  // namespace

std::string sso_token_path(const sso_source& of) {
  const std::string& hashed = of.session_name.empty() ? of.start_url : of.session_name;
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size(), digest);
  std::string path = "~/.aws/sso/cache/";
  for (const unsigned char byte : digest) path += fmt::format("{:02x}", byte);
  return path + ".json";
}

error sign_in_again(const sso_source& of, std::string_view why) {
  return error(errc::unavailable, fmt::format("{}: {}; run aws sso login{}", sso_name(of), why,
                                              of.session_name.empty() ? std::string(" with the profile")
                                                                      : " --sso-session " + of.session_name));
}

result<sso_token> read_sso_token(const sso_source& of, std::string_view file) {
  const auto members = json_members::parse(file, of.token_file);
  if (!members) return fail(sign_in_again(of, "the file of its token is damaged"));
  const auto access = members->find("accessToken");
  const auto expires = members->time("expiresAt");
  const auto registration = members->time("registrationExpiresAt");
  if (!access || !expires || !*expires || !registration || !check_text(*access, "")) {
    return fail(sign_in_again(of, "the file of its token is damaged"));
  }
  sso_token token;
  token.access_token = auth::secret(std::string(*access));
  token.expires = **expires;
  token.refresh_token = auth::secret(std::string(members->find("refreshToken").value_or("")));
  token.client_id = members->find("clientId").value_or("");
  token.client_secret = auth::secret(std::string(members->find("clientSecret").value_or("")));
  token.registration_expires = *registration;
  return token;
}

auth::secret write_sso_token(const sso_source& of, const sso_token& token) {
  secret_object object;
  object.add("startUrl", of.start_url);
  object.add("region", of.region);
  object.add("accessToken", token.access_token.reveal());
  object.add("expiresAt", zulu(token.expires));
  object.add("clientId", token.client_id);
  object.add("clientSecret", token.client_secret.reveal());
  if (token.registration_expires) object.add("registrationExpiresAt", zulu(*token.registration_expires));
  object.add("refreshToken", token.refresh_token.reveal());
  return object.finish();
}

sso_step next_step(const sso_source& of, const sso_token& token, instant now) {
  if (token.expires - now >= renewal_window) return sso_step::use;
  const bool can_be_renewed = !of.session_name.empty() && !token.refresh_token.empty() && !token.client_id.empty() &&
                              !token.client_secret.empty() && token.registration_expires &&
                              *token.registration_expires > now;
  if (can_be_renewed) return sso_step::renew;
  return token.expires > now ? sso_step::use : sso_step::sign_in;
}

auth::secret renewal_body(const sso_token& token) {
  secret_object object;
  object.add("grantType", "refresh_token");
  object.add("clientId", token.client_id);
  object.add("clientSecret", token.client_secret.reveal());
  object.add("refreshToken", token.refresh_token.reveal());
  return object.finish();
}

result<sso_token> read_renewal_answer(const sso_source& of, const sso_token& old, std::string_view body, instant now) {
  const auto members = json_members::parse(body, sso_name(of));
  if (!members) return fail(members.error());
  if (auto checked = check_sso_error(*members); !checked) return fail(std::move(checked.error()));
  const auto access = members->get("accessToken");
  if (!access) return fail(access.error());
  if (auto checked = check_text(*access, sso_name(of)); !checked)
    return fail(errc::decoding, checked.error().message());
  const auto seconds = whole_number(members->find("expiresIn").value_or(""));
  if (!seconds || *seconds > longest_token_seconds) {
    return fail(errc::decoding,
                fmt::format("{}: the answer has no expiresIn that is a number of seconds", sso_name(of)));
  }
  sso_token token = old;
  token.access_token = auth::secret(std::string(*access));
  token.expires = now + std::chrono::seconds(*seconds);
  if (const auto refresh = members->find("refreshToken")) token.refresh_token = auth::secret(std::string(*refresh));
  return token;
}

std::string role_credentials_target(const sso_source& of) {
  std::string query;
  append_form_member(query, "role_name", of.role_name);
  append_form_member(query, "account_id", of.account_id);
  return "/federation/credentials?" + query;
}

result<auth::credentials> read_role_credentials(const sso_source& of, std::string_view body) {
  const auto members = json_members::parse(body, sso_name(of));
  if (!members) return fail(members.error());
  if (auto checked = check_sso_error(*members); !checked) return fail(std::move(checked.error()));
  constexpr const char* names[] = {"roleCredentials.accessKeyId", "roleCredentials.secretAccessKey",
                                   "roleCredentials.sessionToken"};
  std::string values[std::size(names)];
  for (std::size_t i = 0; i < std::size(names); ++i) {
    const auto value = members->get(names[i]);
    if (!value) return fail(value.error());
    if (auto checked = check_text(*value, fmt::format("{}: {}", sso_name(of), names[i])); !checked) {
      return fail(errc::decoding, checked.error().message());
    }
    values[i] = *value;
  }
  const auto milliseconds = whole_number(members->find("roleCredentials.expiration").value_or(""));
  constexpr std::int64_t year_10000 = 253'402'300'800'000;
  if (!milliseconds || *milliseconds >= year_10000) {
    return fail(errc::decoding,
                fmt::format("{}: the answer has no roleCredentials.expiration in milliseconds", sso_name(of)));
  }
  auth::credentials read(std::move(values[0]), std::move(values[1]), std::move(values[2]));
  read.expires = instant(std::chrono::milliseconds(*milliseconds));
  read.account_id = of.account_id;
  return read;
}

}  // namespace dynamo::aws

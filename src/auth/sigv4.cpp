#include <dynamo/auth/sigv4.hpp>

#include "canonical_request.hpp"
#include "sha256.hpp"

#include <dynamo/base/detail/ascii.hpp>
#include <dynamo/base/detail/percent_encoding.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory_resource>
#include <optional>

namespace dynamo::auth {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view terminator = "aws4_request";

void append_digits(std::string& to, unsigned number, int width) {
  std::string text(static_cast<std::size_t>(width), '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, number /= 10) *at = static_cast<char>('0' + number % 10);
  to += text;
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

void append_joined(std::string& to, std::span<const std::string_view> names) {
  for (const std::string_view name : names) to.append(name) += ';';
  if (!names.empty()) to.pop_back();
}

void append_parameter(std::string& query, std::string_view name, std::string_view value) {
  if (!query.empty()) query += '&';
  query.append(name) += '=';
  append_percent_encoded(query, value);
}

/// The value of a parameter, decoded.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view one = query.substr(at, end - at);
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return decoded(one.substr(name.size() + 1));
    at = end + 1;
  }
  return std::nullopt;
}

std::optional<std::string_view> header(std::span<const header_view> headers, std::string_view lower) {
  for (const header_view& each : headers) {
    if (equals_without_case(each.name, lower)) return each.value;
  }
  return std::nullopt;
}

/// "name=value" among the comma-separated parts of an Authorization field.
std::optional<std::string_view> part(std::string_view authorization, std::string_view name) {
  for (std::size_t at = 0; at < authorization.size();) {
    const std::size_t end = std::min(authorization.find(',', at), authorization.size());
    std::string_view one = authorization.substr(at, end - at);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
    at = end + 1;
  }
  return std::nullopt;
}

/// "20261126T103000Z"
std::optional<instant> read_time(std::string_view text) {
  constexpr std::string_view form = "ddddddddTddddddZ";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  if (!date.ok() || number(9, 2) > 23 || number(11, 2) > 59 || number(13, 2) > 60) return std::nullopt;
  return instant(std::chrono::sys_days(date)) + std::chrono::hours(number(9, 2)) + std::chrono::minutes(number(11, 2)) +
         std::chrono::seconds(number(13, 2));
}

/// "AKID/20261126/eu-west-1/dynamodb/aws4_request": taken apart from its end, so that a key's id may be any text.
bool read_credential(std::string_view text, presented_signature& to) {
  std::array<std::string_view, 4> parts;
  for (auto at = parts.rbegin(); at != parts.rend(); ++at) {
    const std::size_t slash = text.rfind('/');
    if (slash == text.npos) return false;
    *at = text.substr(slash + 1);
    text = text.substr(0, slash);
  }
  if (text.empty() || parts[3] != terminator) return false;
  to.access_key_id = text;
  to.day = parts[0];
  to.region = parts[1];
  to.service = parts[2];
  return true;
}

bool read_names(std::string_view text, presented_signature& to) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(';', at), text.size());
    if (end == at) return false;
    to.signed_headers.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return std::ranges::find(to.signed_headers, "host") != to.signed_headers.end();
}

bool has_form_of_a_signature(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::expected<presented_signature, signature_fault> read_query_form(const signable_request& r) {
  constexpr int week = 604'800;
  presented_signature got;
  const auto credential = parameter(r.query, "X-Amz-Credential");
  const auto names = parameter(r.query, "X-Amz-SignedHeaders");
  const auto signature = parameter(r.query, "X-Amz-Signature");
  const auto time = parameter(r.query, "X-Amz-Date");
  const auto valid_for = parameter(r.query, "X-Amz-Expires");
  int seconds = 0;
  if (!credential || !names || !signature || !time || !valid_for || !read_credential(*credential, got) ||
      !read_names(*names, got) || !has_form_of_a_signature(*signature) ||
      std::from_chars(valid_for->data(), valid_for->data() + valid_for->size(), seconds).ptr !=
          valid_for->data() + valid_for->size() ||
      seconds < 1 || seconds > week) {
    return std::unexpected(signature_fault::incomplete);
  }
  got.signature = *signature;
  got.time = *time;
  got.valid_for = std::chrono::seconds(seconds);
  got.session_token = parameter(r.query, "X-Amz-Security-Token").value_or("");
  return got;
}

}  // namespace

class signing_key::keyed_hash : public hmac_sha256 {
 public:
  using hmac_sha256::hmac_sha256;
};

std::string sigv4_time(instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at - day).count();
  std::string text;
  text.reserve(16);
  append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_digits(text, static_cast<unsigned>(seconds / 3600), 2);
  append_digits(text, static_cast<unsigned>(seconds / 60 % 60), 2);
  append_digits(text, static_cast<unsigned>(seconds % 60), 2);
  text += 'Z';
  return text;
}

signing_key::signing_key(const credentials& who, std::string_view day, std::string_view region,
                         std::string_view service)
    : access_key_id_(who.access_key_id) {
  for (const std::string_view each : {day, region, service}) scope_.append(each) += '/';
  scope_.append(terminator);
  const std::string_view secret_key = who.secret_access_key.reveal();
  std::string first;
  first.reserve(secret_key.size() + 4);
  first.append("AWS4").append(secret_key);
  digest key = hmac_sha256(first)(day);
  OPENSSL_cleanse(first.data(), first.size());
  for (const std::string_view each : {region, service, terminator}) key = hmac_sha256(bytes_of(key))(each);
  hash_ = std::make_unique<keyed_hash>(bytes_of(key));
  OPENSSL_cleanse(key.data(), key.size());
}

signing_key::~signing_key() = default;

signing_key::signature signing_key::sign(const signable_request& r, std::span<const std::string_view> names,
                                         std::string_view time) const {
  const std::string query = canonical_query(r.query, "X-Amz-Signature");
  const auto hash = hex(sha256().add(canonical_request(r, query, names)).finish());
  std::array<std::byte, 512> room;  // longer ones are allocated
  std::pmr::monotonic_buffer_resource memory(room.data(), room.size());
  std::pmr::string text(&memory);
  text.reserve(algorithm.size() + time.size() + scope_.size() + hash.size() + 3);
  text.append(algorithm) += '\n';
  text.append(time) += '\n';
  text.append(scope_) += '\n';
  text.append(hash.data(), hash.size());
  return hex((*hash_)(text));
}

std::string authorization(const signing_key& key, const signable_request& r, std::string_view time) {
  const names_to_sign signed_ones(r.headers);
  const signing_key::signature signature = key.sign(r, signed_ones.names(), time);
  std::string text;
  text.reserve(256 + key.access_key_id().size());
  text.append(algorithm).append(" Credential=").append(key.access_key_id()).append("/").append(key.scope());
  text.append(", SignedHeaders=");
  append_joined(text, signed_ones.names());
  text.append(", Signature=");
  text.append(signature.data(), signature.size());
  return text;
}

std::string signed_query(const signing_key& key, const signable_request& r, std::string_view time,
                         std::chrono::seconds valid_for, const secret& session_token) {
  const names_to_sign signed_ones(r.headers);
  std::string names;
  append_joined(names, signed_ones.names());
  std::string query(r.query);
  append_parameter(query, "X-Amz-Algorithm", algorithm);
  append_parameter(query, "X-Amz-Credential", key.access_key_id() + "/" + key.scope());
  append_parameter(query, "X-Amz-Date", time);
  append_parameter(query, "X-Amz-Expires", std::to_string(valid_for.count()));
  append_parameter(query, "X-Amz-SignedHeaders", names);
  if (!session_token.empty()) append_parameter(query, "X-Amz-Security-Token", session_token.reveal());
  signable_request with_parameters = r;
  with_parameters.query = query;
  const signing_key::signature signature = key.sign(with_parameters, signed_ones.names(), time);
  append_parameter(query, "X-Amz-Signature", {signature.data(), signature.size()});
  return query;
}

std::expected<presented_signature, signature_fault> read_signature(const signable_request& r) {
  const auto field = header(r.headers, "authorization");
  if (!field) {
    if (parameter(r.query, "X-Amz-Algorithm") == algorithm) return read_query_form(r);
    return std::unexpected(signature_fault::missing);
  }
  if (!field->starts_with(algorithm) || !field->substr(algorithm.size()).starts_with(' ')) {
    return std::unexpected(signature_fault::incomplete);
  }
  presented_signature got;
  const std::string_view parts = field->substr(algorithm.size());
  const auto credential = part(parts, "Credential");
  const auto names = part(parts, "SignedHeaders");
  const auto signature = part(parts, "Signature");
  const auto time = header(r.headers, "x-amz-date");
  if (!credential || !names || !signature || !time || !read_credential(*credential, got) || !read_names(*names, got) ||
      !has_form_of_a_signature(*signature)) {
    return std::unexpected(signature_fault::incomplete);
  }
  // What tells the service what to do must not be added by somebody else.
  for (const header_view& each : r.headers) {
    if (each.name.size() < 6 || !equals_without_case(each.name.substr(0, 6), "x-amz-")) continue;
    if (std::ranges::none_of(got.signed_headers,
                             [&](const std::string& n) { return equals_without_case(each.name, n); })) {
      return std::unexpected(signature_fault::incomplete);
    }
  }
  got.signature = *signature;
  got.time = *time;
  got.session_token = header(r.headers, "x-amz-security-token").value_or("");
  return got;
}

std::expected<void, signature_fault> verify_signature(const signing_key& key, const signable_request& r,
                                                      const presented_signature& presented, instant now,
                                                      std::chrono::seconds skew) {
  const std::optional<instant> made = read_time(presented.time);
  if (!made || presented.time.substr(0, 8) != presented.day) return std::unexpected(signature_fault::incomplete);
  const auto oldest = now - (presented.valid_for.count() > 0 ? presented.valid_for : skew);
  if (*made < oldest) return std::unexpected(signature_fault::expired);
  if (*made > now + skew) return std::unexpected(signature_fault::not_yet);
  const signing_key::signature right = key.sign(r, views_of(presented.signed_headers), presented.time);
  const bool same = presented.signature.size() == right.size() &&
                    CRYPTO_memcmp(presented.signature.data(), right.data(), right.size()) == 0;
  const bool same_scope =
      key.scope() == presented.day + "/" + presented.region + "/" + presented.service + "/" + std::string(terminator);
  if (!same || !same_scope) return std::unexpected(signature_fault::wrong);
  return {};
}

}  // namespace dynamo::auth

#include <remote/credentials/answers.hpp>

#include <fmt/core.h>
#include <remote/credentials/environment_sources.hpp>
#include <remote/credentials/json_members.hpp>

namespace dynamo::aws {
namespace {

/// Both members, and whatever else is there. Token, expiration and account by the names given.
result<auth::credentials> read_keys(const json_members& from, std::string_view token_name) {
  const auto id = from.get("AccessKeyId");
  if (!id) return fail(id.error());
  const auto key = from.get("SecretAccessKey");
  if (!key) return fail(key.error());
  const auto expires = from.time("Expiration");
  if (!expires) return fail(expires.error());
  const std::string_view token = from.find(token_name).value_or("");
  for (const auto& [name, value] :
       {std::pair{std::string_view("AccessKeyId"), *id}, {"SecretAccessKey", *key}, {token_name, token}}) {
    if (auto checked = check_text(value, fmt::format("{}: {}", from.source(), name)); !checked) {
      return fail(errc::decoding, checked.error().message());
    }
  }
  auth::credentials read{std::string(*id), std::string(*key), std::string(token)};
  read.expires = *expires;
  read.account_id = from.find("AccountId").value_or("");
  return read;
}

/// An agent's own reason, where it gives one instead of credentials.
result<void> check_code(const json_members& from, std::string_view code_name, std::string_view message_name) {
  const auto code = from.find(code_name);
  if (!code || *code == "Success") return {};
  return fail(errc::unavailable, fmt::format("{}: {}: {}", from.source(), quoted_words(*code),
                                             quoted_words(from.find(message_name).value_or("no message"))));
}

}  // namespace

std::string quoted_words(std::string_view text) {
  constexpr std::size_t shown = 200;
  std::string words(text.substr(0, shown));
  for (char& c : words) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > shown ? words + "..." : words;
}

result<auth::credentials> read_process_answer(const process_source& source, std::string_view output) {
  const auto members = json_members::parse(output, describe({source, {}}));
  if (!members) return fail(members.error());
  const auto version = members->get("Version");
  if (!version) return fail(version.error());
  if (*version != "1") return fail(errc::decoding, fmt::format("{}: its Version is not 1", members->source()));
  auto read = read_keys(*members, "SessionToken");
  if (read && read->account_id.empty()) read->account_id = source.account_id;
  return read;
}

result<auth::credentials> read_container_answer(const container_source& source, std::string_view body) {
  const auto members = json_members::parse(body, describe({source, {}}));
  if (!members) return fail(members.error());
  if (auto checked = check_code(*members, "code", "message"); !checked) return fail(std::move(checked.error()));
  return read_keys(*members, "Token");
}

result<auth::credentials> read_instance_metadata_answer(const instance_metadata_source& source, std::string_view body) {
  const auto members = json_members::parse(body, describe({source, {}}));
  if (!members) return fail(members.error());
  if (auto checked = check_code(*members, "Code", "Message"); !checked) return fail(std::move(checked.error()));
  for (const char* name : {"Token", "Expiration"}) {
    if (const auto found = members->get(name); !found) return fail(found.error());
  }
  return read_keys(*members, "Token");
}

}  // namespace dynamo::aws

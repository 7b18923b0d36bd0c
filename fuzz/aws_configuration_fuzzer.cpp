// uses: remote
// Whatever stands in shared files, variables and answers, reading it ends, within its bounds; a plan says of each source what became of it; a fetch ends
// after a bounded number of actions; what is written is read again as it was.
#include "require.hpp"

#include <remote/credentials/command_line.hpp>
#include <remote/credentials/credential_fetch.hpp>
#include <remote/credentials/credential_plan.hpp>
#include <remote/credentials/expiration.hpp>
#include <remote/credentials/sts.hpp>
#include <remote/credentials/xml_texts.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace dynamo::aws;

constexpr dynamo::instant now{std::chrono::hours(500'000)};
constexpr int actions_max = 200;

/// Takes the input apart: each piece ends at a zero byte.
class pieces {
 public:
  explicit pieces(std::string_view all) : rest_(all) {}
  std::string_view next() {
    const std::size_t end = std::min(rest_.find('\0'), rest_.size());
    const std::string_view piece = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return piece;
  }

 private:
  std::string_view rest_;
};

/// As text, without secrets, so that two can be compared.
std::string text_of(const dynamo::result<profile_set>& got) {
  if (!got) return got.error().message();
  std::string text;
  for (const profile_sections* sections : {&got->profiles, &got->sso_sessions, &got->services}) {
    for (const auto& [name, section] : *sections) {
      text += "[" + name + "]" + std::to_string(section.where().line);
      for (const auto& [key, value] : section.properties()) {
        text += key + "=" + std::string(value.text()) + std::to_string(value.where().line) + ";";
      }
    }
  }
  for (const std::string& note : got->notes) text += note;
  return text;
}

dynamo::result<profile_set> parsed(std::string_view config, std::string_view credentials) {
  return parse_profiles({"config", config}, {"credentials", credentials});
}

void check_line_ends(std::string_view config, std::string_view credentials) {
  if (config.find('\r') != config.npos || config.find('\n') == config.npos) return;
  std::string other;
  for (const char c : config) other += c == '\n' ? std::string("\r\n") : std::string(1, c);
  DYNAMO_REQUIRE(text_of(parsed(config, credentials)) == text_of(parsed(other, credentials)));
}

void check_fetch(const credential_source& source, const settings& by, pieces& from) {
  credential_fetch fetch(source, by);
  fetch_action next = fetch.start(now);
  for (int actions = 0; !std::holds_alternative<fetch_outcome>(next); ++actions) {
    DYNAMO_REQUIRE(actions < actions_max);
    fetch_result got;
    const std::string_view piece = from.next();
    if (piece.empty()) got.text = dynamo::fail(dynamo::errc::transport, "lost");
    if (!piece.empty()) got.text = dynamo::auth::secret(std::string(piece.substr(1)));
    got.status = piece.empty() || piece.front() < 'a' ? 200 : 400 + static_cast<unsigned>(piece.front() - 'a') * 10;
    next = fetch.resume(std::move(got), now);
  }
  const auto& outcome = std::get<fetch_outcome>(next);
  if (outcome) {
    DYNAMO_REQUIRE(!outcome->access_key_id.empty() && !outcome->secret_access_key.empty());
    DYNAMO_REQUIRE(outcome->session_token.reveal().find_first_of("\r\n") == std::string_view::npos);
  } else {
    DYNAMO_REQUIRE(!outcome.error().message().empty());
  }
}

void check_plan(std::string_view input) {
  pieces from(input);
  const std::string_view config = from.next();
  const std::string_view credentials = from.next();
  check_line_ends(config, credentials);
  const auto files = parsed(config, credentials);
  if (!files) return;
  DYNAMO_REQUIRE(files->notes.size() <= profile_set::notes_max);
  const std::string_view variables = from.next();  // "NAME=value" lines
  const environment env = [variables](std::string_view name) -> std::optional<std::string> {
    const std::string line = "\n" + std::string(name) + "=";
    const std::size_t at = variables.find(line);
    if (at == variables.npos) return std::nullopt;
    const std::string_view value = variables.substr(at + line.size());
    return std::string(value.substr(0, value.find('\n')));
  };
  const auto of = resolve_settings({}, env, *files);
  if (!of) return;
  for (const service_id service : {service_id::dynamodb, service_id::dynamodb_streams, service_id::sts}) {
    if (const auto where = resolve_endpoint(*of, service, "111111111111")) {
      DYNAMO_REQUIRE(parse_endpoint_url(where->url.text()) == where->url);
    }
  }
  const credential_plan plan = plan_credentials({}, *of, env, *files);
  DYNAMO_REQUIRE(plan.considered.size() == 6);
  DYNAMO_REQUIRE(plan.source || !plan.source.error().message().empty());
  if (plan.source) check_fetch(*plan.source, *of, from);
}

void check_texts(std::string_view text) {
  if (const auto url = parse_endpoint_url(text)) DYNAMO_REQUIRE(parse_endpoint_url(url->text()) == *url);
  if (const auto words = split_command(text)) DYNAMO_REQUIRE(words->size() <= text.size());
  static_cast<void>(expiration_from_text(text));
  static_cast<void>(xml_texts::parse(text));
  static_cast<void>(read_sts_answer("r", text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 4 == 0) {
    check_texts(input);
  } else {
    check_plan(input);
  }
  return 0;
}

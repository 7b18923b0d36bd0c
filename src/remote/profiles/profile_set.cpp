#include <remote/profiles/profile_set.hpp>

#include <fmt/core.h>
#include <remote/profiles/profile_file.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::aws {
namespace {

template <class Map>
auto* found(const Map& among, std::string_view name) noexcept {
  const auto at = among.find(name);
  return at == among.end() ? nullptr : &at->second;
}

void add_notes(profile_set& to, std::vector<std::string>& notes) {
  const std::size_t room = profile_set::notes_max - to.notes.size();
  std::move(notes.begin(), notes.begin() + static_cast<std::ptrdiff_t>(std::min(room, notes.size())),
            std::back_inserter(to.notes));
}

}  // namespace

void property_value::append_line(std::string_view line) {
  text_ = auth::secret(fmt::format("{}\n{}", text_.reveal(), line));
}

const property_value* property::find_nested(std::string_view name) const noexcept { return found(nested_, name); }
void property::set_nested(std::string name, property_value value) {
  nested_.insert_or_assign(std::move(name), std::move(value));
}

const property* profile_section::find(std::string_view name) const noexcept { return found(properties_, name); }

std::optional<std::string_view> profile_section::value(std::string_view name) const noexcept {
  const property* const one = find(name);
  if (one == nullptr || one->text().empty()) return std::nullopt;
  return one->text();
}

property& profile_section::set(std::string name, property value) {
  return properties_.insert_or_assign(std::move(name), std::move(value)).first->second;
}

void profile_section::merge(profile_section&& other) {
  other.properties_.merge(properties_);  // keeps its own
  properties_ = std::move(other.properties_);
}

const profile_section* profile_set::find_profile(std::string_view name) const noexcept { return found(profiles, name); }

std::string profile_set::describe(file_position where) const {
  return fmt::format("{}, line {}", path_of(where.file), where.line);
}

result<profile_set> parse_profiles(const shared_file_text& config, const shared_file_text& credentials) {
  auto of_config = parse_profile_file(shared_file::config, config.path, config.text.value_or(""));
  if (!of_config) return fail(std::move(of_config.error()));
  auto of_credentials = parse_profile_file(shared_file::credentials, credentials.path, credentials.text.value_or(""));
  if (!of_credentials) return fail(std::move(of_credentials.error()));

  profile_set both;
  both.profiles = std::move(of_config->profiles);
  both.sso_sessions = std::move(of_config->sso_sessions);
  both.services = std::move(of_config->services);
  for (auto& [name, section] : of_credentials->profiles) {
    const auto [at, is_new] = both.profiles.try_emplace(name, section.where());
    at->second.merge(std::move(section));
  }
  add_notes(both, of_config->notes);
  add_notes(both, of_credentials->notes);
  both.config_path = config.path;
  both.credentials_path = credentials.path;
  both.config_exists = config.text.has_value();
  both.credentials_exist = credentials.text.has_value();
  return both;
}

}  // namespace dynamo::aws

#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::aws {

/// The two files that AWS's SDKs and its CLI share.
enum class shared_file : std::uint8_t {
  config,       ///< ~/.aws/config: profiles, SSO sessions and services
  credentials,  ///< ~/.aws/credentials: profiles
};

/// A shared file as its reader found it. A view; parse_profiles() keeps nothing of the text.
struct shared_file_text {
  std::string_view path;                 ///< for messages only
  std::optional<std::string_view> text;  ///< nothing: there is no such file
};

/// Where a section or a property stands.
struct file_position {
  shared_file file = shared_file::config;
  unsigned line = 0;  ///< counted from 1
};

/// What stands after a property's equals sign, without the white space around it. Some are secrets, so all are kept as such: nothing
/// prints one.
class property_value {
 public:
  property_value(std::string text, file_position where) : text_(std::move(text)), where_(where) {}

  /// Lines that continue it come after a line feed each.
  std::string_view text() const noexcept { return text_.reveal(); }
  file_position where() const noexcept { return where_; }

  void append_line(std::string_view line);

 private:
  auth::secret text_;
  file_position where_;
};

/// A property: its value, or, where that is empty, the properties that are nested in it. `dynamodb =` in a section [services x] has such,
/// indented in the lines after it.
class property : public property_value {
 public:
  using property_value::property_value;

  /// By its name in small letters.
  const property_value* find_nested(std::string_view name) const noexcept;
  void set_nested(std::string name, property_value value);

 private:
  std::map<std::string, property_value, std::less<>> nested_;
};

/// The properties of a section, by their names in small letters.
class profile_section {
 public:
  explicit profile_section(file_position where) : where_(where) {}

  const property* find(std::string_view name) const noexcept;
  /// A property's value; nothing where it is missing or empty, which means the same.
  std::optional<std::string_view> value(std::string_view name) const noexcept;
  /// Where its header stands; of several, the first.
  file_position where() const noexcept { return where_; }
  const std::map<std::string, property, std::less<>>& properties() const noexcept { return properties_; }

  property& set(std::string name, property value);
  /// The other's properties win.
  void merge(profile_section&& other);

 private:
  file_position where_;
  std::map<std::string, property, std::less<>> properties_;
};

/// Sections of one kind, by name. Names are told apart by the case of their letters.
using profile_sections = std::map<std::string, profile_section, std::less<>>;

/// What both shared files say. Immutable once parsed, so that threads may share it.
struct profile_set {
  profile_sections profiles;
  profile_sections sso_sessions;   ///< [sso-session name], of the config file
  profile_sections services;       ///< [services name], of the config file
  std::vector<std::string> notes;  ///< what was passed over, and what to write instead; at most notes_max

  static constexpr std::size_t notes_max = 32;

  const profile_section* find_profile(std::string_view name) const noexcept;
  /// "/home/me/.aws/config, line 12"
  std::string describe(file_position) const;
  const std::string& path_of(shared_file which) const noexcept {
    return which == shared_file::config ? config_path : credentials_path;
  }

  std::string config_path;
  std::string credentials_path;
  bool config_exists = false;
  bool credentials_exist = false;
};

/// Longer files are refused: AWS's have some kilobytes.
inline constexpr std::size_t shared_file_bytes_max = std::size_t{1} << 20;

/// Reads both files as AWS's SDKs do. Pure.
///
/// Profiles of one name are merged: those of one file, where the last value of a property wins, and those of both, where the credentials
/// file wins. [profile default] replaces [default] in the config file. Property names are read without regard to case. What the SDKs
/// pass over (sections that are no profile, names with spaces) becomes a note.
///
/// Errors: errc::invalid_argument names the file, the line and what to write there. Never with the line's text, which may be a secret.
/// Sources: "Using shared config and credentials files" in the AWS SDKs and Tools Reference Guide; the cases that AWS's SDKs share for
/// their parsers.
[[nodiscard]] result<profile_set> parse_profiles(const shared_file_text& config, const shared_file_text& credentials);

}  // namespace dynamo::aws

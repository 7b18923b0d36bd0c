/// The format, as AWS's SDKs read it (one line each; CRLF is read as LF, and a byte order mark at the beginning is passed over):
///
///   file         = { blank | comment | header | property | continuation }
///   comment      = blanks ( "#" | ";" ) text
///   header       = "[" blanks kind blanks "]" blanks [ ( "#" | ";" ) text ]
///   kind         = "default" | "profile" blanks name | "sso-session" blanks name | "services" blanks name    ; in the config file
///                | name                                                                                      ; in the credentials file
///   name         = word | "'" text "'" | '"' text '"'         ; in the credentials file text without quotes
///   property     = name blanks "=" value                      ; begins in the first column
///   continuation = blank blanks ( text | nested )             ; after a property; nested where its own value is empty
///   nested       = name blanks "=" value
///   value        = text [ blank ( "#" | ";" ) text ]          ; text after a blank and a comment sign is a comment

#include <remote/profiles/profile_file.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace dynamo::aws {
namespace {

constexpr std::string_view blanks = " \t\f\v";

/// Values of several lines are rare; each line copies those before it.
constexpr unsigned continuation_lines_max = 64;

bool is_blank(char c) { return blanks.find(c) != blanks.npos; }
bool is_comment_sign(char c) { return c == '#' || c == ';'; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Cut where a comment begins: at a sign after a blank.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (is_comment_sign(text[i]) && is_blank(text[i - 1])) return text.substr(0, i);
  }
  return text;
}

bool is_word(std::string_view text) {
  constexpr std::string_view marks = "-_/.%@:+";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) || marks.find(c) != marks.npos;
  });
}

/// The text between two equal quotes; otherwise what was given.
std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// Takes one file apart, line by line.
class profile_file_parser {
 public:
  profile_file_parser(shared_file which, std::string_view path) : which_(which), path_(path) {}

  result<profile_file> parse(std::string_view text) {
    if (text.size() > shared_file_bytes_max) {
      return fail(
          errc::invalid_argument,
          fmt::format("{} is larger than {} bytes; AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name other files",
                      path_, shared_file_bytes_max));
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
      return fail(errc::invalid_argument, fmt::format("{} is UTF-16 text; save it as UTF-8", path_));
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      if (auto read = read_line(line); !read) return fail(std::move(read.error()));
    }
    close_default();
    return std::move(file_);
  }

 private:
  result<void> read_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.empty() || is_comment_sign(text.front())) return {};
    if (line.find('\0') != line.npos || line.find('\r') != line.npos) {
      return refuse("a control character; retype the line");
    }
    if (is_blank(line.front())) return read_continuation(text);
    if (line.front() == '[') return read_header(line);
    return read_property(line);
  }

  result<void> read_header(std::string_view line) {
    property_ = nullptr;
    const std::size_t end = line.find(']');
    const std::string_view rest = end == line.npos ? std::string_view() : trimmed(line.substr(end + 1));
    if (end == line.npos || (!rest.empty() && !is_comment_sign(rest.front()))) {
      return refuse(
          "a section header must end with ']'; write [profile name] there, or [name] in the credentials file");
    }
    begin_section(trimmed(line.substr(1, end - 1)));
    return {};
  }

  void begin_section(std::string_view header) {
    if (which_ == shared_file::credentials) return begin_credentials(header);
    if (header == "default") return open(plain_default_);
    const std::size_t end = std::min(header.find_first_of(blanks), header.size());
    const std::string_view kind = header.substr(0, end);
    const std::string_view quoted = trimmed(header.substr(end));
    const std::string_view name = unquoted(quoted);
    profile_sections* const sections = kind == "profile"       ? &file_.profiles
                                       : kind == "sso-session" ? &file_.sso_sessions
                                       : kind == "services"    ? &file_.services
                                                               : nullptr;
    if (sections == nullptr || quoted.empty()) {
      return pass_over(fmt::format("section [{}] is not read; a profile's header is [profile name]", header));
    }
    if (name.empty() || (name.size() == quoted.size() && !is_word(name))) {
      return pass_over(fmt::format("section [{}] is not read; put a name with spaces between quotes", header));
    }
    if (sections == &file_.profiles && name == "default") return open(prefixed_default_);
    open(*sections, name);
  }

  void begin_credentials(std::string_view header) {
    const std::string_view kind = header.substr(0, std::min(header.find_first_of(blanks), header.size()));
    if (header.empty() ||
        (kind.size() < header.size() && (kind == "profile" || kind == "sso-session" || kind == "services"))) {
      return pass_over(fmt::format("section [{}] is not read; a profile's header is [name] in this file", header));
    }
    open(file_.profiles, unquoted(header));
  }

  result<void> read_property(std::string_view line) {
    property_ = nullptr;
    if (section_ == nullptr) {
      return refuse("a property before any section; write a header such as [default] above it");
    }
    const std::string_view text = without_comment(line);
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return refuse("no '=' in a property; write name = value");
    const std::string_view name = trimmed(text.substr(0, equals));
    if (name.empty()) return refuse("no name before '='; write name = value");
    property value(std::string(trimmed(text.substr(equals + 1))), here());
    nests_ = value.text().empty();
    continuation_lines_ = 0;
    if (!is_word(name)) {
      note("a property is not read, because its name has characters other than letters, digits and -_/.%@:+");
      property_ = &passed_over_.set("", std::move(value));
    } else {
      property_ = &section_->set(ascii_lower(name), std::move(value));
    }
    return {};
  }

  result<void> read_continuation(std::string_view text) {
    if (property_ == nullptr) {
      return refuse(section_ == nullptr
                        ? "an indented line before any section; write a header such as [default] in the first column"
                        : "an indented line that continues no property; begin it in the first column");
    }
    if (!nests_) {
      if (++continuation_lines_ > continuation_lines_max) {
        return refuse(fmt::format("more than {} lines continue one property; shorten it", continuation_lines_max));
      }
      property_->append_line(text);
      return {};
    }
    text = without_comment(text);
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return refuse("no '=' in a nested property; indent a line that says name = value");
    const std::string_view name = trimmed(text.substr(0, equals));
    if (name.empty()) return refuse("no name before '=' in a nested property; indent a line that says name = value");
    property_->set_nested(ascii_lower(name), {std::string(trimmed(text.substr(equals + 1))), here()});
    return {};
  }

  void open(profile_sections& among, std::string_view name) {
    section_ = &among.try_emplace(std::string(name), here()).first->second;
  }
  void open(std::optional<profile_section>& one) {
    if (!one) one.emplace(here());
    section_ = &*one;
  }
  void pass_over(std::string why) {
    note(std::move(why));
    section_ = &passed_over_;
  }
  /// [profile default] replaces [default], wherever they stand.
  void close_default() {
    std::optional<profile_section>& one = prefixed_default_ ? prefixed_default_ : plain_default_;
    if (one) file_.profiles.try_emplace("default", std::move(*one));
    if (prefixed_default_ && plain_default_) {
      line_ = plain_default_->where().line;
      note("section [default] is not read, because the file has [profile default] too; keep one of them");
    }
  }

  void note(std::string why) {
    if (file_.notes.size() < profile_set::notes_max) {
      file_.notes.push_back(fmt::format("{}, line {}: {}", path_, line_, why));
    }
  }
  std::unexpected<error> refuse(std::string_view why) const {
    return fail(errc::invalid_argument, fmt::format("{}, line {}: {}", path_, line_, why));
  }
  file_position here() const { return {which_, line_}; }

  const shared_file which_;
  const std::string_view path_;
  profile_file file_;
  unsigned line_ = 0;
  profile_section* section_ = nullptr;  // that properties go to
  property* property_ = nullptr;        // that an indented line continues
  bool nests_ = false;                  // its own line has no value
  unsigned continuation_lines_ = 0;
  profile_section passed_over_{here()};  // of sections and properties that no SDK reads
  std::optional<profile_section> plain_default_, prefixed_default_;
};

}  // namespace

result<profile_file> parse_profile_file(shared_file which, std::string_view path, std::string_view text) {
  return profile_file_parser(which, path).parse(text);
}

}  // namespace dynamo::aws

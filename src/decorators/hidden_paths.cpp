#include <decorators/hidden_paths.hpp>

#include <algorithm>
#include <utility>

namespace dynamo {
namespace {

constexpr std::string_view spaces = " \t\r\n";

/// What is no part of a name in an expression; all bytes beyond ASCII are.
bool ends_name(char c) { return std::string_view(" \t\r\n.,;()[]<>=+-*/").contains(c); }

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(spaces, at), text.size());
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_name(text[at])) ++at;
  return at;
}

}  // namespace

void hidden_paths::add_name(std::string_view name_placeholder, std::string_view attribute) {
  if (std::ranges::find(redacted_, attribute) != redacted_.end()) roots_.emplace(name_placeholder);
}

bool hidden_paths::is_redacted(std::string_view element) const {
  return roots_.contains(element) || std::ranges::find(redacted_, element) != redacted_.end();
}

std::string hidden_paths::walk(std::string_view text) {
  std::string told;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = end_of_name(text, at);
    if (end == at) {
      told += text[at++];
      continue;
    }
    told += text.substr(at, end - at);
    at = rest_of_path(text, end, is_redacted(text.substr(at, end - at)), told);
  }
  return told;
}

/// What follows an element, up to the end of the path; behind a redacted one only that something does. Answers where the path ends.
std::size_t hidden_paths::rest_of_path(std::string_view text, std::size_t at, bool secret, std::string& told) {
  bool said = false;
  for (;;) {
    const std::size_t next = skip_spaces(text, at);
    if (next == text.size() || (text[next] != '.' && text[next] != '[')) return at;
    const bool is_name = text[next] == '.';
    const std::size_t begin = is_name ? skip_spaces(text, next + 1) : next;
    const std::size_t end = is_name ? end_of_name(text, begin) : std::min(text.find(']', next), text.size() - 1) + 1;
    const std::string_view element = text.substr(begin, end - begin);
    if (secret) {
      if (is_name) inner_.emplace(element);
      if (!std::exchange(said, true)) told += ".[redacted]";
    } else {
      told += text.substr(at, end - at);
      secret = is_name && is_redacted(element);
    }
    at = end;
  }
}

}  // namespace dynamo

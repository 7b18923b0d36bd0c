#include <decorators/secret_paths.hpp>

#include <algorithm>

namespace dynamo {
namespace {

/// What is no part of a name in an expression; all bytes beyond ASCII are.
constexpr std::string_view no_name = " \t\r\n.,;()[]<>=+-*/";
constexpr std::string_view spaces = " \t\r\n";

}  // namespace

void secret_paths::add_name(std::string_view name_placeholder, std::string_view attribute) {
  if (std::ranges::find(redacted_, attribute) != redacted_.end()) placeholders_.emplace(name_placeholder);
}

bool secret_paths::is_redacted(std::string_view element) const {
  return placeholders_.contains(element) || std::ranges::find(redacted_, element) != redacted_.end();
}

/// A redacted name anywhere in a path, with a further element after it.
void secret_paths::add_expression(std::string_view text) {
  for (std::size_t at = text.find_first_not_of(no_name); at < text.size(); at = text.find_first_not_of(no_name, at)) {
    const std::size_t end = std::min(text.find_first_of(no_name, at), text.size());
    const std::size_t next = text.find_first_not_of(spaces, end);
    const bool goes_on = next != std::string_view::npos && (text[next] == '.' || text[next] == '[');
    go_inside_ = go_inside_ || (goes_on && is_redacted(text.substr(at, end - at)));
    at = end;
  }
}

}  // namespace dynamo

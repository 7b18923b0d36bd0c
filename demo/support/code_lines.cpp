#include "screen.hpp"

namespace demo {
namespace {

/// The position after the string or character literal that begins at `at`.
std::size_t after_literal(std::string_view source, std::size_t at) {
  const char quote = source[at++];
  while (at < source.size() && source[at] != quote) at += source[at] == '\\' ? 2u : 1u;
  return at + 1;
}

/// Where the brace that opens at `open` closes, and whether statements lie between.
std::size_t closing_brace(std::string_view source, std::size_t open, bool& has_statements) {
  int depth = 0;
  has_statements = false;
  for (std::size_t at = open; at < source.size(); ++at) {
    const char c = source[at];
    if (c == '"') at = after_literal(source, at) - 1;
    if (c == '{') ++depth;
    if (c == ';') has_statements = true;
    if (c == '}' && --depth == 0) return at;
  }
  return source.size();
}

void trim(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
}

/// Adds a line, broken after a comma or an operator where it is too long.
void add_line(std::vector<std::string>& lines, std::string_view text, std::size_t indent, std::size_t width) {
  trim(text);
  for (std::size_t more = 0; !text.empty(); more = 4) {
    const std::size_t room = width - indent - more;
    std::size_t end = text.size();
    if (end > room) {
      end = 0;
      for (const std::string_view after : {", ", " && ", " || ", " = ", ") : ", "} : ", " "}) {
        const std::size_t found = text.rfind(after, room - after.size());
        if (found != std::string_view::npos && found > room / 3) {
          end = found + after.size();
          break;
        }
      }
      if (end == 0) end = text.size();
    }
    std::string_view line = text.substr(0, end);
    trim(line);
    lines.push_back(std::string(indent + more, ' ') + std::string(line));
    text.remove_prefix(end);
  }
}

}  // namespace

std::vector<std::string> code_lines(std::string_view source, std::size_t width) {
  std::vector<std::string> lines;
  std::size_t indent = 0, begin = 0;
  int parentheses = 0;
  const auto take = [&](std::size_t end) {
    add_line(lines, source.substr(begin, end - begin), indent, width);
    begin = end;
  };
  for (std::size_t at = 0; at < source.size(); ++at) {
    const char c = source[at];
    if (c == '"') {
      at = after_literal(source, at) - 1;
    } else if (c == '(') {
      ++parentheses;
    } else if (c == ')') {
      --parentheses;
    } else if (c == '{') {
      bool has_statements = false;
      const std::size_t end = closing_brace(source, at, has_statements);
      if (has_statements) {
        take(at + 1);
        indent += 2;
      } else {
        at = end;
      }
    } else if (c == '}') {
      take(at);
      indent -= 2;
      if (at + 1 == source.size() || source[at + 1] != ';') take(at + 1);
    } else if (c == ';' && parentheses == 0) {
      take(at + 1);
    }
  }
  take(source.size());
  return lines;
}

}  // namespace demo

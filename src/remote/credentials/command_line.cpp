#include <remote/credentials/command_line.hpp>

namespace dynamo::aws {

std::optional<std::vector<std::string>> split_command(std::string_view command) {
  constexpr std::string_view white_space = " \t\r\n";
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == '\0' && white_space.find(c) != white_space.npos) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (i + 1 == command.size()) return std::nullopt;
      const char next = command[++i];
      if (quote == '"' && next != '"' && next != '\\') words.back() += c;  // between these it escapes nothing else
      words.back() += next;
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0') return std::nullopt;
  return words;
}

}  // namespace dynamo::aws

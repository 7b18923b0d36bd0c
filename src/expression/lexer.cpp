#include "lexer.hpp"

#include <algorithm>
#include <cstddef>

namespace dynamo::expression {
namespace {

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

template <class Predicate>
std::size_t run(std::string_view text, std::size_t from, Predicate belongs) {
  while (from < text.size() && belongs(text[from])) ++from;
  return from;
}

/// The end of the UTF-8 character at `at`, so that a message never quotes half of one.
std::size_t end_of_character(std::string_view text, std::size_t at) {
  return run(text, at + 1, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
}

struct lexeme {
  symbol what;
  std::size_t end;
};

lexeme read(std::string_view text, std::size_t at, bool leading_underscore) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (is_letter(c) || (c == '_' && leading_underscore)) return {symbol::word, run(text, at, is_word_part)};
  if (is_digit(c)) return {symbol::integer, run(text, at, is_digit)};
  switch (c) {
    case '#':
      if (is_word_part(next)) return {symbol::name, run(text, at + 1, is_word_part)};
      break;
    case ':':
      if (is_word_part(next)) return {symbol::value, run(text, at + 1, is_word_part)};
      break;
    case '<':
      if (next == '>') return {symbol::not_equal, at + 2};
      if (next == '=') return {symbol::less_equal, at + 2};
      return {symbol::less, at + 1};
    case '>':
      if (next == '=') return {symbol::greater_equal, at + 2};
      return {symbol::greater, at + 1};
    case '(': return {symbol::open, at + 1};
    case ')': return {symbol::close, at + 1};
    case '[': return {symbol::open_bracket, at + 1};
    case ']': return {symbol::close_bracket, at + 1};
    case '.': return {symbol::dot, at + 1};
    case ',': return {symbol::comma, at + 1};
    case '=': return {symbol::equal, at + 1};
    case '+': return {symbol::plus, at + 1};
    case '-': return {symbol::minus, at + 1};
    default: break;
  }
  return {symbol::unknown, end_of_character(text, at)};
}

}  // namespace

std::vector<token> tokenize(std::string_view text, bool leading_underscore) {
  std::vector<token> tokens;
  tokens.reserve(text.size() / 3 + 2);
  for (std::size_t at = run(text, 0, is_space); at < text.size(); at = run(text, at, is_space)) {
    const lexeme found = read(text, at, leading_underscore);
    tokens.push_back({found.what, text.substr(at, found.end - at)});
    at = found.end;
  }
  tokens.push_back({symbol::end, text.substr(text.size())});
  return tokens;
}

bool is_keyword(const token& t, std::string_view keyword) noexcept {
  return t.what == symbol::word && std::ranges::equal(t.text, keyword, [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

}  // namespace dynamo::expression

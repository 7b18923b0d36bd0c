#include "lexer.hpp"

#include "keywords.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <utility>

namespace dynamo::partiql {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool begins_word(char c) noexcept { return is_letter(c) || c == '_' || c == '$'; }
bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool continues_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Java's BigDecimal holds an exponent and a scale (digits after the point, less the exponent) of 32 bits, and reads no more than
/// ten digits of an exponent after its leading zeros.
bool is_big_decimal(std::string_view number) {
  const std::size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  const std::size_t point = number.substr(0, exponent_at).find('.');
  const auto fraction = static_cast<std::int64_t>(point == std::string_view::npos ? 0 : exponent_at - point - 1);
  std::int64_t exponent = 0;
  if (exponent_at < number.size()) {
    std::string_view digits = number.substr(exponent_at + 1);
    const bool negative = digits.front() == '-';
    if (negative || digits.front() == '+') digits.remove_prefix(1);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.size() > 10) return false;
    if (!digits.empty()) (void)std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (negative) exponent = -exponent;
  }
  const auto fits = [](std::int64_t n) {
    return n >= std::numeric_limits<std::int32_t>::min() && n <= std::numeric_limits<std::int32_t>::max();
  };
  return fits(exponent) && fits(fraction - exponent);
}

class lexer {
 public:
  explicit lexer(std::string_view text) : text_(text) {}

  bool read_all(std::vector<token>& out) {
    for (;;) {
      if (!skip_space()) return false;
      token next{symbol::end, {}, {line_, column_, 0}};
      if (at_ == text_.size()) {
        out.push_back(std::move(next));
        return true;
      }
      if (!read(next)) return false;
      next.where.length = characters_ - begin_;
      out.push_back(std::move(next));
    }
  }

 private:
  char peek(std::size_t ahead = 0) const noexcept { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void take(std::size_t bytes = 1) noexcept {
    for (; bytes > 0 && at_ < text_.size(); --bytes) {
      const char c = text_[at_++];
      if (c == '\n') {
        ++line_;
        column_ = 1;
      } else if (!continues_character(c)) {
        ++column_;
      }
      if (!continues_character(c)) ++characters_;
    }
  }

  bool skip_space() {
    for (;;) {
      if (is_space(peek()) && at_ < text_.size()) {
        take();
      } else if (peek() == '-' && peek(1) == '-') {
        while (at_ < text_.size() && peek() != '\n' && peek() != '\r') take();
      } else if (peek() == '/' && peek(1) == '*') {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return false;
        take(end + 2 - at_);
      } else {
        begin_ = characters_;
        return true;
      }
    }
  }

  bool read(token& out) {
    const char c = peek();
    if (c == '\'') {
      out.what = symbol::text;
      return read_quoted('\'', out.text);
    }
    if (c == '"') {
      out.what = symbol::quoted;
      return read_quoted('"', out.text);
    }
    if (begins_word(c)) return read_word(out);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number(out);
    return read_symbol(out);
  }

  /// Up to the closing quote; two quotes stand for one.
  bool read_quoted(char quote, std::string& out) {
    take();
    for (;;) {
      const std::size_t end = text_.find(quote, at_);
      if (end == std::string_view::npos) return false;
      out.append(text_.substr(at_, end - at_));
      take(end + 1 - at_);
      if (peek() != quote || at_ == text_.size()) return true;
      out += quote;
      take();
    }
  }

  bool read_word(token& out) {
    const std::size_t begin = at_;
    while (begins_word(peek()) || is_digit(peek())) take();
    const std::string_view word = text_.substr(begin, at_ - begin);
    out.text = in_small_letters(word);
    out.what = is_keyword(out.text) ? symbol::keyword : symbol::identifier;
    if (out.what == symbol::identifier) out.text = word;
    return true;
  }

  bool read_number(token& out) {
    const std::size_t begin = at_;
    out.what = symbol::integer;
    while (is_digit(peek())) take();
    if (peek() == '.') {
      out.what = symbol::decimal;
      take();
      while (is_digit(peek())) take();
    }
    if (peek() == 'e' || peek() == 'E') {
      out.what = symbol::decimal;
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (!is_digit(peek(1 + sign))) return false;
      take(1 + sign);
      while (is_digit(peek())) take();
    }
    out.text = text_.substr(begin, at_ - begin);
    return is_big_decimal(out.text);
  }

  bool read_symbol(token& out) {
    std::size_t size = 1;
    const auto two = [&](char second, symbol together, symbol alone) {
      if (peek(1) != second) return alone;
      size = 2;
      return together;
    };
    switch (peek()) {
      case '(': out.what = symbol::open; break;
      case ')': out.what = symbol::close; break;
      case '[': out.what = symbol::open_bracket; break;
      case ']': out.what = symbol::close_bracket; break;
      case '{': out.what = symbol::open_brace; break;
      case '}': out.what = symbol::close_brace; break;
      case ',': out.what = symbol::comma; break;
      case '.': out.what = symbol::dot; break;
      case ':': out.what = symbol::colon; break;
      case ';': out.what = symbol::semicolon; break;
      case '*': out.what = symbol::star; break;
      case '+': out.what = symbol::plus; break;
      case '-': out.what = symbol::minus; break;
      case '/': out.what = symbol::slash; break;
      case '%': out.what = symbol::percent; break;
      case '?': out.what = symbol::parameter; break;
      case '@': out.what = symbol::at; break;
      case '=': out.what = symbol::equal; break;
      case '!': out.what = two('=', symbol::not_equal, symbol::end); break;
      case '|': out.what = two('|', symbol::concatenation, symbol::end); break;
      case '>':
        out.what = peek(1) == '>' ? two('>', symbol::close_bag, symbol::end)
                                  : two('=', symbol::greater_equal, symbol::greater);
        break;
      case '<':
        if (peek(1) == '<') {
          out.what = two('<', symbol::open_bag, symbol::end);
        } else if (peek(1) == '>') {
          out.what = two('>', symbol::not_equal, symbol::end);
        } else {
          out.what = two('=', symbol::less_equal, symbol::less);
        }
        break;
      default: break;
    }
    if (out.what == symbol::end) return false;
    out.text = text_.substr(at_, size);
    take(size);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
  std::uint32_t characters_ = 0;
  std::uint32_t begin_ = 0;  ///< of the present token, in characters
};

}  // namespace

std::string to_string(const position& where) {
  return std::to_string(where.line) + ':' + std::to_string(where.column) + ':' + std::to_string(where.length);
}

std::string in_small_letters(std::string_view word) {
  std::string made(word);
  for (char& c : made) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return made;
}

std::optional<std::vector<token>> tokenise(std::string_view text) {
  std::vector<token> tokens;
  tokens.reserve(text.size() / 3 + 2);
  if (!lexer(text).read_all(tokens)) return std::nullopt;
  return tokens;
}

}  // namespace dynamo::partiql

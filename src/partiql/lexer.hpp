#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::partiql {

// clang-format off: grouped
enum class symbol : std::uint8_t {
  end,
  identifier,  ///< unquoted, and no keyword
  quoted,      ///< "an identifier"
  keyword, text, integer, decimal, parameter,
  dot, comma, colon, semicolon, star, plus, minus, slash, percent, concatenation, at,
  equal, not_equal, less, less_equal, greater, greater_equal,
  open, close, open_bracket, close_bracket, open_brace, close_brace, open_bag, close_bag
};
// clang-format on

/// Where a token stands, as DynamoDB prints it: line and column from 1, and length, in characters.
struct position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t length = 0;
};
std::string to_string(const position&);  ///< "1:8:16"

struct token {
  symbol what;
  std::string text;  ///< a keyword in small letters; an identifier or a text without its quotes; otherwise as it stands
  position where;
};

/// With A to Z as a to z, and everything else as it is.
std::string in_small_letters(std::string_view word);

/// The tokens of a statement, with symbol::end at their end; comments are white space. Nothing where a character fits nowhere, a
/// quote or a comment is not closed, or a number has an exponent or a scale beyond 32 bits: DynamoDB says no more than that.
/// Cost: one pass; never more tokens than bytes, and one.
std::optional<std::vector<token>> tokenise(std::string_view text);

}  // namespace dynamo::partiql

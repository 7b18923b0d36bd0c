#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace dynamo::expression {

/// The words of the expression language. Keywords are words too: which words are keywords depends on the place.
enum class symbol : std::uint8_t {
  end,
  word,     ///< an attribute, a function or a keyword: a letter, then letters, digits and underscores
  name,     ///< #placeholder
  value,    ///< :placeholder
  integer,  ///< an index
  open,
  close,
  open_bracket,
  close_bracket,
  dot,
  comma,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  unknown  ///< one character that no expression has
};

struct token {
  symbol what;
  std::string_view text;  ///< into the expression; empty (but in place) for `end`
};

/// Cuts an expression into tokens; the last is `end`. Never fails: what fits nowhere is `unknown`, and the parser refuses it in
/// its place. `leading_underscore`: names may start with one (DynamoDB refuses that without a placeholder).
std::vector<token> tokenize(std::string_view text, bool leading_underscore);

/// Keywords are compared without regard to case; `keyword` is in upper case.
bool is_keyword(const token&, std::string_view keyword) noexcept;

}  // namespace dynamo::expression

#pragma once

#include "lexer.hpp"
#include "wording.hpp"

#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/tree.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression {

/// Stands in for a value where the expression is at fault.
inline constexpr std::string_view null_value = R"({"NULL":true})";

/// Which complaint wins when an expression has several faults. A syntax error wins over all of these.
enum class fault : std::uint8_t {
  limit,          ///< too many operators, or too much in the values
  parentheses,    ///< redundant parentheses
  section,        ///< the same section of an update twice
  function_name,  ///< a function that does not exist, or not in this kind of expression
  misuse,         ///< a function in the wrong place
  reserved_word,
  detail  ///< undefined placeholders, operands: the first in reading order
};

/// What the parsers of all kinds of expression share: the tokens, document paths, placeholders, and the faults found so far.
///
/// A syntax error ends the parse; other faults are noted and the parse goes on, because DynamoDB reads the whole text
/// before it validates its meaning. Not thread-safe; lives as long as one parse.
class reader {
 public:
  reader(std::string_view text, parameter kind, dialect how, placeholders& bound);

  /// Not empty and not too long: checked before a single token is read.
  static result<void> check_size(std::string_view text, parameter kind);

  const token& peek(std::size_t ahead = 0) const noexcept {
    return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
  }
  void take() noexcept {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  /// Takes the next token if it is one of these; otherwise the expression has a syntax error.
  bool expect(symbol);

  bool at_path() const noexcept { return peek().what == symbol::word || peek().what == symbol::name; }
  bool at_call() const noexcept { return peek().what == symbol::word && peek(1).what == symbol::open; }
  /// Reads `a.#b[3]`; false on a syntax error.
  bool read_path(path& out);
  /// Takes a `:value` and returns its canonical JSON; an undefined one is a fault and reads as NULL. A large value that is
  /// named again and again is copied only up to a bound: 4 KB of text must not become gigabytes of tree.
  std::string read_value();

  /// Always false, so that a caller can return it.
  bool syntax_error();
  bool has_syntax_error() const noexcept { return syntax_error_.has_value(); }
  void complain(fault, std::string_view what);
  bool has_fault() const noexcept;
  parameter kind() const noexcept { return kind_; }
  /// Counts an operator or function against DynamoDB's limit. Beyond it nothing is built any more: so no tree is ever
  /// deeper than the limit.
  void count_operator();
  bool over_limit() const noexcept;
  /// The fault that DynamoDB would name, if any.
  std::optional<error> verdict() const;

  bool on_wire() const noexcept { return dialect_ == dialect::wire; }

 private:
  bool read_step(path& out);
  bool read_index(path& out);
  std::string caret() const;

  std::string_view text_;
  parameter kind_;
  dialect dialect_;
  placeholders& bound_;
  std::vector<token> tokens_;
  std::size_t at_ = 0;
  std::size_t operators_ = 0;
  std::size_t value_bytes_ = 0;
  std::optional<error> syntax_error_;
  std::array<std::optional<std::string>, 7> faults_;
};

}  // namespace dynamo::expression

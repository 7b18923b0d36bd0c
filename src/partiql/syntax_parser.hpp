#pragma once

#include "syntax.hpp"

#include <dynamo/base/error.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace dynamo::partiql {

/// Tokens -> a statement's syntax. Operators bind as in PartiQL: OR, AND, NOT, equality (also IS and IN), comparison (also BETWEEN),
/// addition, multiplication; all from the left.
///
/// The first error ends the parse; its words are those of the parser that DynamoDB uses, which is why some sound odd. Recursion is
/// bounded: neither the text nor the tree nests deeper than depth_max. Functions return false once there is an error().
class syntax_parser {
 public:
  static constexpr std::size_t depth_max = 100;  ///< ours; values nest 32 levels, conditions that people write a dozen

  /// The tokens end with symbol::end.
  explicit syntax_parser(std::span<const token> tokens) : tokens_(tokens) {}

  /// Everything up to the end of the text, with at most one semicolon before it.
  bool parse(node& out);

  const std::optional<error>& why() const noexcept { return error_; }
  std::size_t parameters() const noexcept { return parameters_; }  ///< how many `?` there are

 private:
  struct infix;

  const token& peek(std::size_t ahead = 0) const noexcept {
    return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
  }
  void take() noexcept {
    if (at_ + 1 < tokens_.size()) ++at_;
  }
  bool at_keyword(std::string_view word, std::size_t ahead = 0) const noexcept {
    return peek(ahead).what == symbol::keyword && peek(ahead).text == word;
  }
  bool take_keyword(std::string_view word) noexcept {
    if (!at_keyword(word)) return false;
    take();
    return true;
  }
  bool at_name() const noexcept { return peek().what == symbol::identifier || peek().what == symbol::quoted; }
  bool at_end_of_statement() const noexcept { return peek().what == symbol::end || peek().what == symbol::semicolon; }
  /// Always false, so that a caller can return it.
  bool refuse(std::string_view detail);
  bool expect(symbol, std::string_view detail);
  bool expect_keyword(std::string_view word, std::string_view detail);

  // Expressions (syntax_expressions.cpp).
  bool expression(node& out, int precedence = -1);
  bool unary(node& out);
  bool signed_term(node& out);
  bool path_term(node& out);
  bool simple_path(node& out);
  bool path_steps(node& out, bool simple);
  bool path_index(node& out, bool simple);
  bool term(node& out);
  bool keyword_term(node& out);
  bool group(node& out);
  bool call(node& out);
  bool tuple(node& out);
  bool members(std::vector<node>& out);
  bool infix_operator(infix& out) const;
  bool right_side(node& left, const infix&);
  bool between(node& left, const infix&);
  bool type_name(std::string& out);
  bool within_depth(const node&);
  bool too_deep();

  // Statements (syntax_statements.cpp).
  bool select(statement_syntax&);
  bool insert(statement_syntax&);
  bool update(statement_syntax&);
  bool remove(statement_syntax&);
  bool from_first(statement_syntax&);
  bool projection(statement_syntax&);
  bool source(statement_syntax&);
  bool table(statement_syntax&);
  bool alias(statement_syntax&);
  bool manipulations(statement_syntax&);
  bool where(statement_syntax&);
  bool group_by(statement_syntax&);
  bool order_by(statement_syntax&);
  bool returning_clause(statement_syntax&);
  void unsupported(statement_syntax&, std::string_view name, const position&);

  std::span<const token> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t parameters_ = 0;
  std::optional<error> error_;
};

}  // namespace dynamo::partiql

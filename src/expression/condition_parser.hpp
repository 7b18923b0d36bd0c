#pragma once

#include "reader.hpp"

#include <span>

namespace dynamo::expression {

/// Reads a condition with two explicit stacks instead of recursion, so that no text however nested can exhaust the stack:
/// `values_` holds what has been read, `frames_` what it is still waiting for (an open parenthesis, the right side of a
/// comparison, the rest of an AND chain). Comparisons, IN and BETWEEN bind closest, then NOT, AND, OR.
class condition_parser {
 public:
  explicit condition_parser(reader& in) : in_(in) { frames_.push_back({frame::kind::root}); }

  /// False on a syntax error; the other faults are with the reader.
  bool parse(condition& out);

 private:
  /// A value read so far. A function call may turn out to be either an operand (size) or a condition (the others).
  struct value {
    enum class kind : std::uint8_t { operand, call, condition };
    kind what;
    std::string_view function{};  ///< of a call
    expression::operand operand{expression::operand::kind::value, {}, {}};
    expression::condition condition{expression::condition::kind::all, {}, {}};
    bool in_parentheses = false;
  };
  struct frame {
    enum class kind : std::uint8_t { root, group, call, in, negation, all, any, comparison, between_low, between_high };
    kind what;
    bool operand_only = false;  ///< a group where only an operand may stand
    std::size_t first = 0;      ///< index of its first value
    condition::kind comparison = condition::kind::equal;
    std::string_view function{};
  };

  bool read_operand();
  bool after_value(bool& done);
  bool begin_comparison(condition::kind);
  bool begin_in();
  bool begin_and();
  bool chain(frame::kind);
  bool close();
  bool close_group();
  bool finish(bool& done);

  /// Only an operand can stand here.
  bool wants_operand() const noexcept;
  void push_frame(frame::kind, std::size_t first);
  void settle();
  void reduce_negations();
  void reduce_chain();
  void reduce_logic();
  void close_call();
  void close_in();
  void close_size(std::span<value> arguments);
  void build(condition::kind, std::size_t first);
  void drop(std::size_t first);
  operand to_operand(value&);
  condition to_condition(value&);

  reader& in_;
  std::vector<value> values_;
  std::vector<frame> frames_;
};

}  // namespace dynamo::expression

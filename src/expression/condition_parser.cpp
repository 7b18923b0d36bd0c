#include "condition_parser.hpp"

#include "measure.hpp"
#include "operand_types.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/value/limits.hpp>

#include <array>
#include <utility>

namespace dynamo::expression {
namespace {

std::optional<condition::kind> comparator(symbol what) {
  switch (what) {
    case symbol::equal: return condition::kind::equal;
    case symbol::not_equal: return condition::kind::not_equal;
    case symbol::less: return condition::kind::less;
    case symbol::less_equal: return condition::kind::less_equal;
    case symbol::greater: return condition::kind::greater;
    case symbol::greater_equal: return condition::kind::greater_equal;
    default: return std::nullopt;
  }
}

bool is_condition_keyword(const token& t) {
  static constexpr std::array<std::string_view, 5> keywords = {"AND", "OR", "NOT", "BETWEEN", "IN"};
  for (const std::string_view keyword : keywords) {
    if (is_keyword(t, keyword)) return true;
  }
  return false;
}

struct function {
  std::string_view name;
  condition::kind what;
  std::size_t operands;
  bool path_first;
};
/// Function names are case-sensitive. size() is apart: it is an operand, not a condition.
constexpr std::array<function, 5> functions = {{
    {"attribute_exists", condition::kind::attribute_exists, 1, true},
    {"attribute_not_exists", condition::kind::attribute_not_exists, 1, true},
    {"attribute_type", condition::kind::attribute_type, 2, false},
    {"begins_with", condition::kind::begins_with, 2, false},
    {"contains", condition::kind::contains, 2, false},
}};
constexpr std::string_view size_function = "size";

const function* find_function(std::string_view name) {
  for (const function& f : functions) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

std::string with(std::string_view text, std::string_view name) { return std::string(text).append(name); }

}  // namespace

bool condition_parser::parse(condition& out) {
  for (bool done = false; !done;) {
    if (!read_operand()) return false;
    for (bool more = false; !more && !done;) {
      settle();
      // A closing parenthesis leaves a value behind; everything else but the end asks for another one.
      more = in_.peek().what != symbol::close;
      if (!after_value(done)) return false;
    }
  }
  out = to_condition(values_.front());
  return true;
}

/// Reads prefixes (parentheses, NOT, the opening of a call) and one path or value.
bool condition_parser::read_operand() {
  for (;;) {
    const token& next = in_.peek();
    if (next.what == symbol::open) {
      const bool operand_only = wants_operand();
      push_frame(frame::kind::group, values_.size());
      frames_.back().operand_only = operand_only;
      in_.take();
    } else if (is_keyword(next, "NOT") && !wants_operand()) {
      in_.count_operator();
      push_frame(frame::kind::negation, values_.size());
      in_.take();
    } else if (is_condition_keyword(next)) {
      return in_.syntax_error();
    } else if (in_.at_call()) {
      in_.count_operator();
      push_frame(frame::kind::call, values_.size());
      frames_.back().function = next.text;
      in_.take();
      in_.take();
    } else if (next.what == symbol::value) {
      values_.push_back({value::kind::operand});
      values_.back().operand = operand::bound(in_.read_value());
      return true;
    } else {
      values_.push_back({value::kind::operand});
      values_.back().operand.what = operand::kind::path;
      return in_.read_path(values_.back().operand.at);
    }
  }
}

bool condition_parser::after_value(bool& done) {
  const token& next = in_.peek();
  if (const auto kind = comparator(next.what)) return begin_comparison(*kind);
  if (next.what == symbol::close) return close();
  if (next.what == symbol::end) return finish(done);
  if (next.what == symbol::comma) {
    const frame::kind top = frames_.back().what;
    if (top != frame::kind::call && top != frame::kind::in) return in_.syntax_error();
    in_.take();
    return true;
  }
  if (is_keyword(next, "BETWEEN")) return begin_comparison(condition::kind::between);
  if (is_keyword(next, "IN")) return begin_in();
  if (is_keyword(next, "AND")) return begin_and();
  if (is_keyword(next, "OR")) return chain(frame::kind::any);
  return in_.syntax_error();
}

bool condition_parser::begin_comparison(condition::kind kind) {
  if (wants_operand() || values_.back().what == value::kind::condition) return in_.syntax_error();
  in_.take();
  in_.count_operator();
  push_frame(kind == condition::kind::between ? frame::kind::between_low : frame::kind::comparison, values_.size() - 1);
  frames_.back().comparison = kind;
  return true;
}

bool condition_parser::begin_in() {
  if (wants_operand() || values_.back().what == value::kind::condition) return in_.syntax_error();
  in_.take();
  if (!in_.expect(symbol::open)) return false;
  in_.count_operator();
  push_frame(frame::kind::in, values_.size() - 1);
  return true;
}

bool condition_parser::begin_and() {
  if (frames_.back().what != frame::kind::between_low) return chain(frame::kind::all);
  in_.take();
  frames_.back().what = frame::kind::between_high;
  return true;
}

/// AND or OR: what stands before it is a condition now, and becomes a member of a chain of its kind.
bool condition_parser::chain(frame::kind kind) {
  if (wants_operand() || values_.back().what == value::kind::operand) return in_.syntax_error();
  in_.take();
  in_.count_operator();
  reduce_negations();
  if (kind == frame::kind::any && frames_.back().what == frame::kind::all) reduce_chain();
  if (frames_.back().what != kind) push_frame(kind, values_.size() - 1);
  return true;
}

bool condition_parser::close() {
  switch (frames_.back().what) {
    case frame::kind::between_low: return in_.syntax_error();
    case frame::kind::call: close_call(); break;
    case frame::kind::in: close_in(); break;
    default: return close_group();
  }
  in_.take();
  return true;
}

bool condition_parser::close_group() {
  if (values_.back().what == value::kind::operand) {
    if (frames_.back().what != frame::kind::group) return in_.syntax_error();
  } else {
    reduce_logic();
    if (frames_.back().what != frame::kind::group) return in_.syntax_error();
  }
  frames_.pop_back();
  in_.take();
  if (values_.back().in_parentheses) in_.complain(fault::parentheses, "The expression has redundant parentheses;");
  values_.back().in_parentheses = true;
  return true;
}

bool condition_parser::finish(bool& done) {
  if (wants_operand() || values_.back().what == value::kind::operand) return in_.syntax_error();
  reduce_logic();
  done = frames_.back().what == frame::kind::root;
  return done || in_.syntax_error();
}

bool condition_parser::wants_operand() const noexcept {
  switch (frames_.back().what) {
    case frame::kind::root:
    case frame::kind::negation:
    case frame::kind::all:
    case frame::kind::any: return false;
    case frame::kind::group: return frames_.back().operand_only;
    default: return true;
  }
}

void condition_parser::push_frame(frame::kind kind, std::size_t first) {
  frames_.push_back({kind});
  frames_.back().first = first;
}

/// A comparison is complete as soon as its last operand is.
void condition_parser::settle() {
  const frame top = frames_.back();
  if (top.what != frame::kind::comparison && top.what != frame::kind::between_high) return;
  frames_.pop_back();
  build(top.comparison, top.first);
}

void condition_parser::reduce_negations() {
  while (frames_.back().what == frame::kind::negation) {
    value& last = values_.back();
    condition child = to_condition(last);
    last = {value::kind::condition};
    last.condition.what = condition::kind::negation;
    if (!in_.over_limit()) last.condition.children.push_back(std::move(child));
    frames_.pop_back();
  }
}

void condition_parser::reduce_chain() {
  const frame top = frames_.back();
  frames_.pop_back();
  value chain{value::kind::condition};
  chain.condition.what = top.what == frame::kind::all ? condition::kind::all : condition::kind::any;
  if (!in_.over_limit()) chain.condition.children.reserve(values_.size() - top.first);
  for (std::size_t i = top.first; i < values_.size(); ++i) {
    condition child = to_condition(values_[i]);
    if (!in_.over_limit()) chain.condition.children.push_back(std::move(child));
  }
  drop(top.first);
  values_.push_back(std::move(chain));
}

/// Closes every NOT, AND and OR that stands open above the nearest parenthesis. A call that nothing was done to stays a call.
void condition_parser::reduce_logic() {
  reduce_negations();
  while (frames_.back().what == frame::kind::all || frames_.back().what == frame::kind::any) {
    reduce_chain();
    reduce_negations();
  }
}

void condition_parser::close_call() {
  const std::string_view name = frames_.back().function;
  const std::size_t first = frames_.back().first;
  const std::span<value> arguments(values_.begin() + static_cast<std::ptrdiff_t>(first), values_.end());
  frames_.pop_back();
  if (name == size_function) {
    close_size(arguments);
    return;
  }
  const function* found = find_function(name);
  if (found == nullptr) {
    const bool of_update = name == "if_not_exists" || name == "list_append";
    in_.complain(fault::function_name,
                 with(of_update ? "The function is not allowed in a condition expression; function: "
                                : "Invalid function name; function: ",
                      name));
  } else if (arguments.size() != found->operands) {
    in_.complain(fault::detail, wrong_number_of_operands(name, arguments.size()));
  } else if (found->path_first &&
             (arguments[0].what != value::kind::operand || arguments[0].operand.what != operand::kind::path)) {
    in_.complain(fault::detail, requires_path(name));
  }
  build(found == nullptr ? condition::kind::contains : found->what, first);
  values_.back().what = value::kind::call;
  values_.back().function = name;
}

/// size() of a bound value is a number that is known already; nobody documents that DynamoDB accepts it, but it does.
void condition_parser::close_size(std::span<value> arguments) {
  value call{value::kind::call};
  call.function = size_function;
  call.operand = operand::bound(std::string(null_value));  // what a size() that is refused stands for, one level up
  operand of = to_operand(arguments.front());
  if (arguments.size() != 1) {
    in_.complain(fault::detail, wrong_number_of_operands(size_function, arguments.size()));
  } else if (of.what == operand::kind::size) {
    in_.complain(fault::detail, incorrect_operand_type(size_function, attribute_type::N));
  } else if (of.what == operand::kind::value) {
    const json::buffer padded(of.value);
    if (const auto size = measure(padded.view())) {
      of.value = number_value(*size);
    } else {
      in_.complain(fault::detail, incorrect_operand_type(size_function, type_of(of.value)));
    }
    call.operand = std::move(of);
  } else {
    call.operand = operand::size_of(std::move(of.at));
  }
  drop(values_.size() - arguments.size());
  values_.push_back(std::move(call));
}

void condition_parser::close_in() {
  const std::size_t first = frames_.back().first;
  const std::size_t candidates = values_.size() - first - 1;
  frames_.pop_back();
  if (candidates > limits::expression_in_operands_max) {
    in_.complain(fault::detail, "The IN operator is provided with too many operands; number of operands: " +
                                    std::to_string(candidates));
  }
  build(condition::kind::in, first);
}

/// Replaces the values from `first` on by a condition that has them as its operands.
void condition_parser::build(condition::kind kind, std::size_t first) {
  value built{value::kind::condition};
  built.condition.what = kind;
  built.condition.operands.reserve(values_.size() - first);
  for (std::size_t i = first; i < values_.size(); ++i) built.condition.operands.push_back(to_operand(values_[i]));
  // A key condition is checked clause by clause: of an operand of a wrong type and an undefined value the one that is written first is told.
  if (in_.kind() == parameter::key_condition && !in_.has_fault()) {
    if (const auto wrong = operand_fault(built.condition)) in_.complain(fault::detail, *wrong);
  }
  drop(first);
  values_.push_back(std::move(built));
}

void condition_parser::drop(std::size_t first) {
  values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(first), values_.end());
}

operand condition_parser::to_operand(value& v) {
  if (v.what == value::kind::call && v.function != size_function) {
    in_.complain(fault::misuse,
                 with("The function is not allowed to be used this way in an expression; function: ", v.function));
    return operand::bound(std::string(null_value));
  }
  return std::move(v.operand);
}

condition condition_parser::to_condition(value& v) {
  if (v.what == value::kind::call && v.function == size_function) {
    in_.complain(fault::misuse,
                 with("The function is not allowed to be used this way in an expression; function: ", v.function));
  }
  return std::move(v.condition);
}

result<condition> parse_condition(std::string_view text, placeholders& bound, parameter kind, dialect how) {
  if (auto sized = reader::check_size(text, kind); !sized) return fail(sized.error());
  reader in(text, kind, how, bound);
  condition parsed{condition::kind::all, {}, {}};
  condition_parser(in).parse(parsed);
  if (auto verdict = in.verdict()) return fail(*std::move(verdict));
  if (auto checked = check_operand_types(parsed, kind); !checked) return fail(checked.error());
  return parsed;
}

}  // namespace dynamo::expression

#include "keywords.hpp"
#include "syntax_parser.hpp"
#include "wording.hpp"

#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

/// The grammar of expressions: a parser by operator precedence.
namespace dynamo::partiql {

struct syntax_parser::infix {
  node::kind what = node::kind::unsupported_operator;
  int precedence = 0;
  std::string_view name;   ///< of an unsupported one
  std::size_t tokens = 1;  ///< that it is written with
  bool negated = false;
};

namespace {

enum : std::uint8_t {
  of_bags = 5,
  of_or = 10,
  of_and = 20,
  of_not = 30,
  of_equality = 40,
  of_comparison = 50,
  of_addition = 60,
  of_multiplication = 70
};

/// What follows IS. DynamoDB reads int4 and int8 as well; neither is a reserved word.
constexpr std::array<std::string_view, 31> type_names = {
    "missing", "null",      "boolean", "bool",   "smallint",  "integer", "int",     "int2",
    "int4",    "int8",      "bigint",  "float",  "real",      "double",  "decimal", "dec",
    "numeric", "timestamp", "date",    "time",   "character", "char",    "varchar", "string",
    "symbol",  "clob",      "blob",    "struct", "tuple",     "list",    "bag"};

constexpr std::array<std::pair<std::string_view, node::kind>, 4> literals = {{{"true", node::kind::truth},
                                                                              {"false", node::kind::truth},
                                                                              {"null", node::kind::null},
                                                                              {"missing", node::kind::missing}}};

bool is_literal(const node& n) noexcept {
  using kind = node::kind;
  return n.what == kind::text || n.what == kind::number || n.what == kind::truth || n.what == kind::null ||
         n.what == kind::missing;
}

/// Counts one level of the text's nesting as long as it lives.
class one_level {
 public:
  explicit one_level(std::size_t& depth) noexcept : depth_(depth) { ++depth_; }
  ~one_level() { --depth_; }
  one_level(const one_level&) = delete;
  one_level& operator=(const one_level&) = delete;

 private:
  std::size_t& depth_;
};

void count_depth(node& n) {
  for (const node& child : n.children) n.depth = std::max(n.depth, child.depth + 1);
}

}  // namespace

/// Values that nest this deep are refused as those that DynamoDB finds too deep; the other sentence is ours.
bool syntax_parser::too_deep() {
  if (error_) return false;
  std::size_t levels = 0;  // of lists and tuples that are open
  for (std::size_t i = 0; i <= at_; ++i) {
    const symbol what = tokens_[i].what;
    const bool of_path = i > 0 && (tokens_[i - 1].what == symbol::identifier || tokens_[i - 1].what == symbol::quoted);
    if ((what == symbol::open_bracket && !of_path) || what == symbol::open_brace) ++levels;
    if ((what == symbol::close_bracket || what == symbol::close_brace) && levels > 0) --levels;
  }
  if (levels <= limits::nesting_depth_max) return refuse("The statement nests too deep");
  error_ = refused(std::string(partiql::too_deep));
  return false;
}

bool syntax_parser::within_depth(const node& n) { return n.depth <= depth_max || too_deep(); }

bool syntax_parser::expression(node& out, int precedence) {
  const one_level level(depth_);
  if (depth_ > depth_max) return too_deep();
  if (!unary(out)) return false;
  for (infix next; infix_operator(next) && precedence < next.precedence; next = {}) {
    if (!right_side(out, next) || !within_depth(out)) return false;
  }
  return true;
}

/// The operator that comes next, if one does.
bool syntax_parser::infix_operator(infix& out) const {
  using kind = node::kind;
  const auto found = [&out](kind what, int precedence, std::string_view name = {}) {
    out.what = what;
    out.precedence = precedence;
    out.name = name;
    return true;
  };
  switch (peek().what) {
    case symbol::equal: return found(kind::equal, of_equality);
    case symbol::not_equal: return found(kind::not_equal, of_equality);
    case symbol::less: return found(kind::less, of_comparison);
    case symbol::less_equal: return found(kind::less_equal, of_comparison);
    case symbol::greater: return found(kind::greater, of_comparison);
    case symbol::greater_equal: return found(kind::greater_equal, of_comparison);
    case symbol::plus: return found(kind::plus, of_addition);
    case symbol::minus: return found(kind::minus, of_addition);
    case symbol::concatenation: return found(kind::unsupported_operator, of_addition, "Concat");
    case symbol::star: return found(kind::unsupported_operator, of_multiplication, "Times");
    case symbol::slash: return found(kind::unsupported_operator, of_multiplication, "Divide");
    case symbol::percent: return found(kind::unsupported_operator, of_multiplication, "Modulo");
    case symbol::keyword: break;
    default: return false;
  }
  std::size_t ahead = 0;
  if (at_keyword("is")) {
    out.negated = at_keyword("not", 1);
    out.tokens = out.negated ? 2 : 1;
    return found(kind::is, of_equality);
  }
  if (at_keyword("not")) {
    out.negated = true;
    out.tokens = 2;
    ahead = 1;
  }
  if (at_keyword("in", ahead)) return found(kind::in, of_equality);
  if (at_keyword("between", ahead)) return found(kind::between, of_comparison);
  if (at_keyword("like", ahead)) return found(kind::unsupported_operator, of_comparison, "Like");
  if (out.negated) return false;
  if (at_keyword("and")) return found(kind::all, of_and);
  if (at_keyword("or")) return found(kind::any, of_or);
  if (at_keyword("union")) return found(kind::unsupported_operator, of_bags, "Union");
  if (at_keyword("except")) return found(kind::unsupported_operator, of_bags, "Except");
  if (at_keyword("intersect")) return found(kind::unsupported_operator, of_bags, "Intersect");
  return false;
}

/// Takes the operator and what is right of it; `left` becomes the whole.
bool syntax_parser::right_side(node& left, const infix& op) {
  const bool nothing_follows = at_ + op.tokens + 1 >= tokens_.size();
  for (std::size_t i = 0; i < op.tokens; ++i) take();

  node whole;
  whole.what = op.what;
  whole.where = left.where;
  whole.negated = op.negated;
  whole.text = op.name;
  if (op.what == node::kind::is) {
    whole.children.push_back(std::move(left));
    count_depth(whole);
    left = std::move(whole);
    return type_name(left.text);
  }
  if (op.what == node::kind::in && peek().what == symbol::open && !at_keyword("select", 1) &&
      !at_keyword("values", 1)) {
    node list;
    list.what = node::kind::list;
    list.where = peek().where;
    take();
    if (!members(list.children) || !expect(symbol::close, "Expected RIGHT_PAREN")) return false;
    count_depth(list);
    whole.children.push_back(std::move(left));
    whole.children.push_back(std::move(list));
    count_depth(whole);
    left = std::move(whole);
    return true;
  }
  if (nothing_follows) return refuse("Missing right-hand side expression of infix operator");
  if (op.precedence == of_bags) (void)take_keyword("all");
  node right;
  if (!expression(right, op.precedence)) return false;
  const bool chain = op.what == node::kind::all || op.what == node::kind::any;
  if (chain && left.what == op.what && !left.in_parentheses) {
    left.depth = std::max(left.depth, right.depth + 1);
    left.children.push_back(std::move(right));
    return true;
  }
  whole.children.push_back(std::move(left));
  whole.children.push_back(std::move(right));
  count_depth(whole);
  left = std::move(whole);
  if (op.what == node::kind::between) return between(left, op);
  if (op.name == "Like" && take_keyword("escape")) return expression(left.children.emplace_back(), op.precedence);
  return true;
}

bool syntax_parser::between(node& left, const infix& op) {
  if (!expect_keyword("and", "Expected AND keyword")) return false;
  if (at_end_of_statement()) return refuse("Expected expression after AND");
  if (!expression(left.children.emplace_back(), op.precedence)) return false;
  count_depth(left);
  return true;
}

bool syntax_parser::type_name(std::string& out) {
  const bool word = peek().what == symbol::keyword || peek().what == symbol::identifier;
  const std::string name = in_small_letters(peek().text);
  if (!word || std::ranges::find(type_names, name) == type_names.end()) return refuse("Expected type name");
  take();
  if (name == "double" && !take_keyword("precision")) return refuse("Expected type name");
  if (name == "character") (void)take_keyword("varying");
  out = name;
  if (peek().what != symbol::open) return true;
  take();
  std::vector<node> arguments;
  return members(arguments) && expect(symbol::close, "Expected RIGHT_PAREN");
}

bool syntax_parser::unary(node& out) {
  if (peek().what == symbol::plus || peek().what == symbol::minus) return signed_term(out);
  if (!at_keyword("not")) return path_term(out);
  if (at_keyword("in", 1) || at_keyword("between", 1) || at_keyword("like", 1)) return refuse("Unexpected operator");
  out.what = node::kind::negation;
  out.where = peek().where;
  take();
  if (!expression(out.children.emplace_back(), of_not)) return false;
  count_depth(out);
  return within_depth(out);
}

/// A sign before a number is part of it.
bool syntax_parser::signed_term(node& out) {
  const one_level level(depth_);
  if (depth_ > depth_max) return too_deep();
  const bool minus = peek().what == symbol::minus;
  out.what = minus ? node::kind::negative : node::kind::positive;
  out.where = peek().where;
  take();
  node term;
  if (!unary(term)) return false;
  if (term.what != node::kind::number) {
    out.children.push_back(std::move(term));
    count_depth(out);
    return within_depth(out);
  }
  if (minus && term.text.starts_with('-')) {
    term.text.erase(0, 1);
  } else if (minus) {
    term.text.insert(0, 1, '-');
  }
  out = std::move(term);
  return true;
}

bool syntax_parser::path_term(node& out) { return term(out) && path_steps(out, false); }

/// A path that is written to, or a table: names and indexes only.
bool syntax_parser::simple_path(node& out) {
  if (!at_name()) return refuse("Expected identifier for simple path");
  out.what = node::kind::path;
  out.where = peek().where;
  out.path.emplace_back(peek().text);
  take();
  return path_steps(out, true);
}

bool syntax_parser::path_steps(node& out, bool simple) {
  while (peek().what == symbol::dot || peek().what == symbol::open_bracket) {
    if (out.what != node::kind::path) {
      node path;
      path.what = node::kind::path;
      path.where = out.where;
      path.odd_component = out.where;
      path.depth = out.depth;
      out = std::move(path);
    }
    const bool dot = peek().what == symbol::dot;
    take();
    if (!dot) {
      if (!path_index(out, simple)) return false;
    } else if (at_name()) {
      out.path.emplace_back(peek().text);
      take();
    } else if (peek().what == symbol::star) {
      if (simple) return refuse("Invalid path dot component for simple path");
      if (!out.odd_component) out.odd_component = peek().where;
      take();
    } else {
      return refuse("Invalid path dot component");
    }
  }
  return true;
}

/// `[3]`: everything else that may stand in the brackets is odd.
bool syntax_parser::path_index(node& out, bool simple) {
  const position where = peek().where;
  if (peek().what == symbol::star) {
    take();
    if (!out.odd_component) out.odd_component = where;
    return expect(symbol::close_bracket, "Expected RIGHT_BRACKET");
  }
  node index;
  if (!expression(index) || !expect(symbol::close_bracket, "Expected RIGHT_BRACKET")) return false;
  if (simple && !is_literal(index)) return refuse("Invalid path component for simple path");
  std::uint32_t number = 0;
  const char* end = index.text.data() + index.text.size();
  const auto [read, problem] = std::from_chars(index.text.data(), end, number);
  if (index.what == node::kind::number && read == end && problem == std::errc{}) {
    out.path.emplace_back(number);
  } else if (!out.odd_component) {
    out.odd_component = where;
  }
  return true;
}

bool syntax_parser::term(node& out) {
  out.where = peek().where;
  out.text = peek().text;
  const auto literal = [&](node::kind what) {
    out.what = what;
    take();
    return true;
  };
  switch (peek().what) {
    case symbol::keyword: return keyword_term(out);
    case symbol::text: return literal(node::kind::text);
    case symbol::integer:
    case symbol::decimal: return literal(node::kind::number);
    case symbol::parameter: out.ordinal = parameters_++; return literal(node::kind::parameter);
    case symbol::identifier:
    case symbol::quoted:
      if (peek(1).what == symbol::open) return call(out);
      out.path.emplace_back(peek().text);
      return literal(node::kind::path);
    case symbol::open: return group(out);
    case symbol::open_brace: return tuple(out);
    case symbol::open_bracket:
    case symbol::open_bag: {
      const bool list = peek().what == symbol::open_bracket;
      const symbol closing = list ? symbol::close_bracket : symbol::close_bag;
      out.what = list ? node::kind::list : node::kind::bag;
      take();
      if (peek().what != closing && !members(out.children)) return false;
      count_depth(out);
      return expect(closing, list ? "Expected RIGHT_BRACKET" : "Expected RIGHT_DOUBLE_ANGLE_BRACKET");
    }
    case symbol::equal:
    case symbol::not_equal:
    case symbol::less:
    case symbol::less_equal:
    case symbol::greater:
    case symbol::greater_equal:
    case symbol::slash:
    case symbol::percent:
    case symbol::concatenation:
    case symbol::at: return refuse("Unexpected operator");
    default: return refuse("Unexpected term");
  }
}

bool syntax_parser::keyword_term(node& out) {
  const std::string_view word = peek().text;
  for (const auto& [spelling, what] : literals) {
    if (word != spelling) continue;
    out.what = what;
    out.negated = word == "false";
    take();
    return true;
  }
  for (const std::string_view name : {"and", "or", "is", "in", "between", "like", "union", "except", "intersect"}) {
    if (word == name) return refuse("Unexpected operator");
  }
  if (peek(1).what == symbol::open && is_function_keyword(word)) return call(out);

  bool (syntax_parser::*read)(statement_syntax&) = nullptr;
  std::size_t tokens = 1;
  if (word == "select") {
    read = &syntax_parser::select;
  } else if (word == "from") {
    read = &syntax_parser::from_first;
  } else if (word == "update") {
    read = &syntax_parser::update;
  } else if (word == "delete") {
    read = &syntax_parser::remove;
  } else if (word == "insert" && at_keyword("into", 1)) {
    read = &syntax_parser::insert;
    tokens = 2;
  } else if (word == "set" || word == "remove") {
    read = &syntax_parser::manipulations;
    tokens = 0;
  } else {
    return refuse("Unexpected keyword");
  }
  for (; tokens > 0; --tokens) take();
  out.what = node::kind::substatement;
  out.statement = std::make_unique<statement_syntax>();
  if (read == &syntax_parser::manipulations) out.statement->what = statement_syntax::kind::update;
  return (this->*read)(*out.statement);
}

/// `(a)` is a; `(a, b)` is the list [a, b].
bool syntax_parser::group(node& out) {
  const position where = peek().where;
  take();
  std::vector<node> inside;
  if (!members(inside) || !expect(symbol::close, "Expected RIGHT_PAREN")) return false;
  if (inside.size() == 1) {
    out = std::move(inside.front());
    out.in_parentheses = true;
    return true;
  }
  out.what = node::kind::list;
  out.where = where;
  out.children = std::move(inside);
  count_depth(out);
  return within_depth(out);
}

bool syntax_parser::call(node& out) {
  out.what = node::kind::call;
  out.text = in_small_letters(peek().text);
  take();
  take();
  if (peek().what == symbol::star) {
    if (out.text != "count") return refuse(out.text + "(*) is not allowed");
    take();
  } else if (peek().what != symbol::close && !members(out.children)) {
    return false;
  }
  count_depth(out);
  return expect(symbol::close, "Expected RIGHT_PAREN");
}

bool syntax_parser::tuple(node& out) {
  out.what = node::kind::tuple;
  take();
  if (peek().what == symbol::close_brace) {
    take();
    return true;
  }
  for (;;) {
    if (!expression(out.children.emplace_back()) || !expect(symbol::colon, "Expected COLON")) return false;
    if (!expression(out.children.emplace_back())) return false;
    if (peek().what != symbol::comma) break;
    take();
  }
  count_depth(out);
  return expect(symbol::close_brace, "Expected RIGHT_CURLY");
}

/// One expression or several, with commas between them.
bool syntax_parser::members(std::vector<node>& out) {
  for (;;) {
    if (!expression(out.emplace_back())) return false;
    if (peek().what != symbol::comma) return true;
    take();
  }
}

}  // namespace dynamo::partiql

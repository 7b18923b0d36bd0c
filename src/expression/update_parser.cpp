#include "reader.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>

#include <optional>
#include <utility>

namespace dynamo::expression {
namespace {

constexpr std::string_view if_not_exists = "if_not_exists";
constexpr std::string_view list_append = "list_append";

/// The names that DynamoDB gives types in the operand messages of ADD and DELETE, unlike everywhere else.
std::string_view long_type_name(attribute_type type) {
  switch (type) {
    case attribute_type::S: return "STRING";
    case attribute_type::N: return "NUMBER";
    case attribute_type::B: return "BINARY";
    case attribute_type::BOOL: return "BOOLEAN";
    case attribute_type::NUL: return "NULL";
    case attribute_type::M: return "MAP";
    case attribute_type::L: return "LIST";
    case attribute_type::SS: return "STRING_SET";
    case attribute_type::NS: return "NUMBER_SET";
    case attribute_type::BS: return "BINARY_SET";
  }
  return "";
}

bool is_set(attribute_type type) {
  return type == attribute_type::SS || type == attribute_type::NS || type == attribute_type::BS;
}

set_value leaf(operand o) {
  set_value v{set_value::kind::operand, {}, {}};
  v.operands.push_back(std::move(o));
  return v;
}

bool is_path(const set_value& v) {
  return v.what == set_value::kind::operand && v.operands.front().what == operand::kind::path;
}

/// The type a right side will have whatever the item holds, where that is known.
std::optional<attribute_type> static_type(const set_value& v) {
  switch (v.what) {
    case set_value::kind::operand:
      if (v.operands.front().what == operand::kind::value) return type_of(v.operands.front().value);
      return std::nullopt;
    case set_value::kind::plus:
    case set_value::kind::minus: return attribute_type::N;
    case set_value::kind::list_append: return attribute_type::L;
    case set_value::kind::if_not_exists: return v.children.empty() ? std::nullopt : static_type(v.children.front());
  }
  return std::nullopt;
}

/// Recursion is bounded: each level is a function, and the 301st operator or function ends the parse.
class update_parser {
 public:
  explicit update_parser(reader& in) : in_(in) {}

  bool parse(update& out) {
    do {
      if (!section(out)) return false;
    } while (in_.peek().what != symbol::end);
    return true;
  }

 private:
  bool section(update& out) {
    const token keyword = in_.peek();
    if (is_keyword(keyword, "SET")) {
      begin("SET", out.set.empty());
      return members([&] { return set(out.set.emplace_back()); });
    }
    if (is_keyword(keyword, "REMOVE")) {
      begin("REMOVE", out.remove.empty());
      return members([&] { return target(out.remove.emplace_back()); });
    }
    if (is_keyword(keyword, "ADD")) {
      begin("ADD", out.add.empty());
      return members([&] { return change("ADD", out.add.emplace_back()); });
    }
    if (is_keyword(keyword, "DELETE")) {
      begin("DELETE", out.erase.empty());
      return members([&] { return change("DELETE", out.erase.emplace_back()); });
    }
    return in_.syntax_error();
  }

  void begin(std::string_view keyword, bool first) {
    in_.take();
    if (first) return;
    std::string what = "The \"";
    in_.complain(fault::section,
                 what.append(keyword).append("\" section can only be used once in an update expression;"));
  }

  template <class Read>
  bool members(Read read) {
    for (;;) {
      if (!read()) return false;
      if (in_.peek().what != symbol::comma) return true;
      in_.take();
    }
  }

  /// On the wire a section's keyword is no attribute name: `SET ADD = :v` is a syntax error, not a reserved word.
  bool target(path& out) {
    if (in_.on_wire() && at_section()) return in_.syntax_error();
    return in_.read_path(out);
  }

  bool at_section() const {
    return is_keyword(in_.peek(), "SET") || is_keyword(in_.peek(), "REMOVE") || is_keyword(in_.peek(), "ADD") ||
           is_keyword(in_.peek(), "DELETE");
  }

  bool change(std::string_view keyword, value_action& out) {
    if (!target(out.target)) return false;
    if (in_.peek().what != symbol::value) return in_.syntax_error();
    out.value = in_.read_value();
    const attribute_type type = type_of(out.value);
    if (!is_set(type) && (keyword == "DELETE" || type != attribute_type::N)) {
      std::string what = "Incorrect operand type for operator or function; operator: ";
      what.append(keyword).append(", operand type: ").append(long_type_name(type));
      in_.complain(fault::detail, what.append(", typeSet: ALLOWED_FOR_").append(keyword).append("_OPERAND"));
    }
    return true;
  }

  bool set(set_action& out) {
    if (!target(out.target)) return false;
    if (!in_.expect(symbol::equal)) return false;
    return right_side(out.to);
  }

  /// `operand`, `operand + operand`, `operand - operand`; one pair of parentheses around each operand and around the whole.
  bool right_side(set_value& out) {
    const std::size_t opened = count(symbol::open, in_.peek().what == symbol::open ? 4096 : 0);
    if (!core(out)) return false;
    const std::size_t around_operand = count(symbol::close, opened);
    std::size_t around_all = opened - around_operand;
    const symbol next = in_.peek().what;
    if (next == symbol::plus || next == symbol::minus) {
      if (!arithmetic(out)) return false;
      if (count(symbol::close, around_all) != around_all) return in_.syntax_error();
    } else if (around_all != 0) {
      return in_.syntax_error();
    }
    if (around_operand > 1 || around_all > 1) redundant();
    return true;
  }

  bool arithmetic(set_value& left) {
    const bool plus = in_.peek().what == symbol::plus;
    const std::string_view name = in_.peek().text;
    in_.take();
    if (!counted()) return false;
    set_value both{plus ? set_value::kind::plus : set_value::kind::minus, {}, {}};
    both.children.push_back(std::move(left));
    if (!argument(both.children.emplace_back())) return false;
    for (const set_value& side : both.children) {
      if (const auto type = static_type(side); type && *type != attribute_type::N) {
        in_.complain(fault::detail, incorrect_operand_type(name, *type));
      }
    }
    left = std::move(both);
    return true;
  }

  /// An operand in at most one pair of parentheses.
  bool argument(set_value& out) {
    const std::size_t opened = count(symbol::open, in_.peek().what == symbol::open ? 4096 : 0);
    if (!core(out)) return false;
    if (count(symbol::close, opened) != opened) return in_.syntax_error();
    if (opened > 1) redundant();
    return true;
  }

  bool core(set_value& out) {
    if (in_.peek().what == symbol::value) {
      out = leaf(operand::bound(in_.read_value()));
      return true;
    }
    if (in_.at_call()) return call(out);
    out = leaf(operand::of({}));
    return target(out.operands.front().at);
  }

  bool call(set_value& out) {
    const std::string_view name = in_.peek().text;
    in_.take();
    in_.take();
    if (!counted()) return false;
    std::vector<set_value> arguments;
    if (!members([&] { return argument(arguments.emplace_back()); })) return false;
    if (!in_.expect(symbol::close)) return false;
    validate(name, arguments);
    build(name, std::move(arguments), out);
    return true;
  }

  void validate(std::string_view name, const std::vector<set_value>& arguments) {
    if (name != if_not_exists && name != list_append) {
      const bool of_condition = name == "attribute_exists" || name == "attribute_not_exists" ||
                                name == "attribute_type" || name == "begins_with" || name == "contains" ||
                                name == "size";
      std::string what = of_condition ? "The function is not allowed in an update expression; function: "
                                      : "Invalid function name; function: ";
      in_.complain(fault::function_name, what.append(name));
      return;
    }
    for (const set_value& argument : arguments) {
      if (argument.what != set_value::kind::list_append) continue;
      std::string what = "The function is not allowed to be used this way in an expression; function: ";
      in_.complain(fault::misuse, what.append(list_append));
    }
    if (arguments.size() != 2) {
      in_.complain(fault::detail, wrong_number_of_operands(name, arguments.size()));
    } else if (name == if_not_exists && !is_path(arguments.front())) {
      in_.complain(fault::detail, requires_path(name));
    } else if (name == list_append) {
      for (const set_value& argument : arguments) {
        if (const auto type = static_type(argument); type && *type != attribute_type::L) {
          in_.complain(fault::detail, incorrect_operand_type(name, *type));
        }
      }
    }
  }

  /// With the wrong arguments any tree will do: the expression is refused.
  static void build(std::string_view name, std::vector<set_value> arguments, set_value& out) {
    if (name == if_not_exists && arguments.size() == 2 && is_path(arguments.front())) {
      out = {set_value::kind::if_not_exists, std::move(arguments.front().operands), {}};
      out.children.push_back(std::move(arguments.back()));
    } else {
      out = {set_value::kind::list_append, {}, std::move(arguments)};
    }
  }

  std::size_t count(symbol what, std::size_t at_most) {
    std::size_t taken = 0;
    for (; taken < at_most && in_.peek().what == what; ++taken) in_.take();
    return taken;
  }

  bool counted() {
    in_.count_operator();
    return !in_.over_limit();
  }

  void redundant() { in_.complain(fault::parentheses, "The expression has redundant parentheses;"); }

  reader& in_;
};

}  // namespace

result<update> parse_update(std::string_view text, placeholders& bound, dialect how) {
  if (auto sized = reader::check_size(text, parameter::update); !sized) return fail(sized.error());
  reader in(text, parameter::update, how, bound);
  update parsed;
  update_parser(in).parse(parsed);
  if (auto verdict = in.verdict()) return fail(*std::move(verdict));
  if (auto checked = check_paths(parsed); !checked) return fail(checked.error());
  return parsed;
}

result<projection> parse_projection(std::string_view text, placeholders& bound, dialect how) {
  if (auto sized = reader::check_size(text, parameter::projection); !sized) return fail(sized.error());
  reader in(text, parameter::projection, how, bound);
  projection parsed;
  for (bool more = in.read_path(parsed.emplace_back()); more && in.peek().what != symbol::end;) {
    more = in.expect(symbol::comma) && in.read_path(parsed.emplace_back());
  }
  if (auto verdict = in.verdict()) return fail(*std::move(verdict));
  if (auto checked = check_paths(parsed); !checked) return fail(checked.error());
  return parsed;
}

}  // namespace dynamo::expression

#include "print.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

namespace dynamo::partiql {
namespace {

std::string in_quotes(std::string_view text, char quote) {
  std::string made(1, quote);
  for (const char c : text) {
    if (c == quote) made += quote;
    made += c;
  }
  return made += quote;
}

bool can_write(const attribute_value& value) {
  switch (value.type()) {
    case attribute_type::B:
    case attribute_type::BS: return false;
    case attribute_type::L:
      return std::ranges::all_of(*value.get_if<attribute_value::list>(), [](const auto& v) { return can_write(v); });
    case attribute_type::M:
      return std::ranges::all_of(*value.get_if<attribute_value::map>(),
                                 [](const auto& m) { return can_write(m.second); });
    default: return true;
  }
}

attribute_value tree_of(std::string_view canonical) {
  const json::buffer padded(canonical);
  return json::read_value(padded.view());
}

std::string_view comparator(expression::condition::kind what) {
  switch (what) {
    case expression::condition::kind::equal: return " = ";
    case expression::condition::kind::not_equal: return " <> ";
    case expression::condition::kind::less: return " < ";
    case expression::condition::kind::less_equal: return " <= ";
    case expression::condition::kind::greater: return " > ";
    default: return " >= ";
  }
}

/// Recursion is as deep as the trees, whose makers bound them.
class statement_printer {
 public:
  printed take() && { return std::move(out_); }

  bool operator()(const select& s) {
    text() += "SELECT ";
    if (s.columns.empty()) text() += '*';
    separated(s.columns, [this](const expression::path& p) { path(p); });
    text() += " FROM ";
    name(s.table);
    if (s.index) {
      text() += '.';
      name(*s.index);
    }
    if (s.where) {
      text() += " WHERE ";
      condition(*s.where);
    }
    if (!s.order_by.empty()) text() += " ORDER BY ";
    separated(s.order_by, [this](const order& next) {
      name(next.attribute);
      if (next.descending) text() += " DESC";
    });
    return true;
  }

  bool operator()(const insert& s) {
    text() += "INSERT INTO ";
    name(s.table);
    text() += " VALUE ";
    const json::buffer padded(s.item);
    members(json::read_item(padded.view()));
    return true;
  }

  bool operator()(const update& s) {
    text() += "UPDATE ";
    name(s.table);
    if (!steps(s.steps)) return false;
    where(s.where);
    returning_clause(s.returned);
    return true;
  }

  bool operator()(const remove& s) {
    text() += "DELETE FROM ";
    name(s.table);
    where(s.where);
    returning_clause(s.returned);
    return true;
  }

  bool operator()(const exists& s) {
    text() += "EXISTS(";
    (*this)(s.of);
    text() += ')';
    return true;
  }

 private:
  std::string& text() noexcept { return out_.text; }
  void name(std::string_view n) { text() += in_quotes(n, '"'); }

  template <class Range, class Print>
  void separated(const Range& range, Print print) {
    bool first = true;
    for (const auto& next : range) {
      if (!std::exchange(first, false)) text() += ", ";
      print(next);
    }
  }

  void path(const expression::path& p) {
    for (const expression::path_step& step : p) {
      if (step.index) {
        text().append("[").append(std::to_string(*step.index)).append("]");
      } else {
        if (&step != p.data()) text() += '.';
        name(step.name);
      }
    }
  }

  void value(std::string_view canonical) { value(tree_of(canonical), canonical); }

  void value(const attribute_value& v, std::string_view canonical) {
    if (can_write(v)) return literal(v);
    text() += '?';
    out_.parameters.emplace_back(canonical);
  }

  void literal(const attribute_value& v) {
    switch (v.type()) {
      case attribute_type::S: text() += in_quotes(*v.get_if<std::string>(), '\''); break;
      case attribute_type::N: text() += v.get_if<number>()->to_string(); break;
      case attribute_type::BOOL: text() += *v.get_if<bool>() ? "TRUE" : "FALSE"; break;
      case attribute_type::NUL: text() += "NULL"; break;
      case attribute_type::M: members(*v.get_if<attribute_value::map>()); break;
      case attribute_type::L:
        text() += '[';
        separated(*v.get_if<attribute_value::list>(), [this](const attribute_value& member) { literal(member); });
        text() += ']';
        break;
      case attribute_type::SS:
        text() += "<<";
        separated(v.get_if<string_set>()->members(), [this](const std::string& s) { text() += in_quotes(s, '\''); });
        text() += ">>";
        break;
      case attribute_type::NS:
        text() += "<<";
        separated(v.get_if<number_set>()->members(), [this](const number& n) { text() += n.to_string(); });
        text() += ">>";
        break;
      case attribute_type::B:
      case attribute_type::BS: break;
    }
  }

  /// A tuple whose members are literals or parameters.
  void members(const attribute_value::map& map) {
    text() += '{';
    separated(map, [this](const auto& member) {
      text().append(in_quotes(member.first, '\'')).append(": ");
      if (can_write(member.second)) return literal(member.second);
      json::buffer canonical;
      json::write_value(canonical, member.second);
      text() += '?';
      out_.parameters.emplace_back(canonical.view());
    });
    text() += '}';
  }

  void operand(const expression::operand& o) {
    switch (o.what) {
      case expression::operand::kind::path: path(o.at); break;
      case expression::operand::kind::value: value(o.value); break;
      case expression::operand::kind::size:
        text() += "size(";
        path(o.at);
        text() += ')';
        break;
    }
  }

  void call(std::string_view function, const std::vector<expression::operand>& operands) {
    text().append(function).append("(");
    separated(operands, [this](const expression::operand& o) { operand(o); });
    text() += ')';
  }

  /// A condition inside another: in parentheses if it is made of others.
  void inner(const expression::condition& c) {
    const bool alone = !c.children.empty();
    if (alone) text() += '(';
    condition(c);
    if (alone) text() += ')';
  }

  void condition(const expression::condition& c) {
    using kind = expression::condition::kind;
    switch (c.what) {
      case kind::all:
      case kind::any:
        for (const expression::condition& child : c.children) {
          if (&child != c.children.data()) text() += c.what == kind::all ? " AND " : " OR ";
          inner(child);
        }
        break;
      case kind::negation:
        text() += "NOT ";
        inner(c.children.front());
        break;
      case kind::between:
        operand(c.operands[0]);
        text() += " BETWEEN ";
        operand(c.operands[1]);
        text() += " AND ";
        operand(c.operands[2]);
        break;
      case kind::in:
        operand(c.operands[0]);
        text() += " IN [";
        separated(std::vector(c.operands.begin() + 1, c.operands.end()),
                  [this](const expression::operand& o) { operand(o); });
        text() += ']';
        break;
      case kind::attribute_exists: call("attribute_exists", c.operands); break;
      case kind::attribute_not_exists: call("attribute_not_exists", c.operands); break;
      case kind::attribute_type: call("attribute_type", c.operands); break;
      case kind::begins_with: call("begins_with", c.operands); break;
      case kind::contains: call("contains", c.operands); break;
      default:
        operand(c.operands[0]);
        text() += comparator(c.what);
        operand(c.operands[1]);
    }
  }

  void where(const expression::condition& c) {
    if (c.what == expression::condition::kind::all && c.children.empty()) return;
    text() += " WHERE ";
    condition(c);
  }

  void returning_clause(returning what) {
    static constexpr std::array<std::string_view, 5> words = {"", " RETURNING ALL OLD *", " RETURNING MODIFIED OLD *",
                                                              " RETURNING ALL NEW *", " RETURNING MODIFIED NEW *"};
    text() += words[static_cast<std::size_t>(what)];
  }

  bool steps(const expression::update& u) {
    for (const expression::set_action& action : u.set) {
      text() += " SET ";
      path(action.target);
      text() += " = ";
      if (!right_side(action.to)) return false;
    }
    for (const expression::path& target : u.remove) {
      text() += " REMOVE ";
      path(target);
    }
    return members_of_sets("set_add(", u.add) && members_of_sets("set_delete(", u.erase);
  }

  bool members_of_sets(std::string_view function, const std::vector<expression::value_action>& actions) {
    for (const expression::value_action& action : actions) {
      if (json::type_of(action.value) == attribute_type::N) return false;
      text() += " SET ";
      path(action.target);
      text().append(" = ").append(function);
      path(action.target);
      text() += ", ";
      value(action.value);
      text() += ')';
    }
    return true;
  }

  bool right_side(const expression::set_value& v) {
    using kind = expression::set_value::kind;
    switch (v.what) {
      case kind::operand: operand(v.operands.front()); return true;
      case kind::if_not_exists: return false;
      case kind::list_append:
        text() += "list_append(";
        if (!right_side(v.children[0])) return false;
        text() += ", ";
        if (!right_side(v.children[1])) return false;
        text() += ')';
        return true;
      default: break;
    }
    if (!right_side(v.children[0])) return false;
    text() += v.what == kind::plus ? " + " : " - ";
    const bool chain = v.children[1].what == kind::plus || v.children[1].what == kind::minus;
    if (chain) text() += '(';
    if (!right_side(v.children[1])) return false;
    if (chain) text() += ')';
    return true;
  }

  printed out_;
};

}  // namespace

std::optional<printed> print(const statement& s) {
  statement_printer printer;
  if (!std::visit(printer, s)) return std::nullopt;
  return std::move(printer).take();
}

}  // namespace dynamo::partiql

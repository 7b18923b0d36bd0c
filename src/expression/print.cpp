#include <dynamo/expression/print.hpp>

#include "wording.hpp"

#include <dynamo/json/writer.hpp>

#include <algorithm>
#include <charconv>

namespace dynamo::expression {
namespace {

void append_alias(char mark, std::size_t n, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), n).ptr;
  out += mark;
  out.append(digits, end);
}

void print(const operand& o, substitutions& aliases, std::string& out) {
  switch (o.what) {
    case operand::kind::path: expression::print(o.at, aliases, out); return;
    case operand::kind::value: aliases.value(o.value, out); return;
    case operand::kind::size:
      out += "size(";
      expression::print(o.at, aliases, out);
      out += ')';
      return;
  }
}

void print_operands(const condition& c, std::size_t from, substitutions& aliases, std::string& out) {
  for (std::size_t i = from; i < c.operands.size(); ++i) {
    if (i > from) out += ", ";
    print(c.operands[i], aliases, out);
  }
}

/// AND and OR inside AND, OR and NOT stand in parentheses; nothing else needs them, and DynamoDB refuses redundant ones.
void print_child(const condition& c, substitutions& aliases, std::string& out) {
  const bool chain = (c.what == condition::kind::all || c.what == condition::kind::any) && c.children.size() > 1;
  if (chain) out += '(';
  expression::print(c, aliases, out);
  if (chain) out += ')';
}

void print_chain(const condition& c, std::string_view separator, substitutions& aliases, std::string& out) {
  if (c.children.size() == 1) {
    expression::print(c.children.front(), aliases, out);
    return;
  }
  for (const condition& child : c.children) {
    if (&child != &c.children.front()) out += separator;
    print_child(child, aliases, out);
  }
}

void print(const set_value& v, substitutions& aliases, std::string& out) {
  switch (v.what) {
    case set_value::kind::operand: print(v.operands.front(), aliases, out); return;
    case set_value::kind::plus:
    case set_value::kind::minus:
      print(v.children[0], aliases, out);
      out += v.what == set_value::kind::plus ? " + " : " - ";
      print(v.children[1], aliases, out);
      return;
    case set_value::kind::if_not_exists:
      out += "if_not_exists(";
      print(v.operands.front(), aliases, out);
      out += ", ";
      print(v.children.front(), aliases, out);
      out += ')';
      return;
    case set_value::kind::list_append:
      out += "list_append(";
      print(v.children[0], aliases, out);
      out += ", ";
      print(v.children[1], aliases, out);
      out += ')';
      return;
  }
}

template <class Members, class Print>
void print_section(std::string_view keyword, const Members& members, std::string& out, std::size_t start,
                   Print print_member) {
  if (members.empty()) return;
  if (out.size() > start) out += ' ';
  out += keyword;
  for (const auto& member : members) {
    out += &member == &members.front() ? " " : ", ";
    print_member(member);
  }
}

}  // namespace

void substitutions::name(std::string_view attribute, std::string& out) {
  const auto found = std::ranges::find(names_, attribute);
  append_alias('#', static_cast<std::size_t>(found - names_.begin()), out);
  if (found == names_.end()) names_.emplace_back(attribute);
}

void substitutions::value(std::string_view canonical, std::string& out) {
  append_alias(':', values_.size(), out);
  values_.emplace_back(canonical);
}

void substitutions::write_members(json::buffer& out) const {
  std::string alias;
  const auto open = [&](std::size_t i, std::string_view member, char mark) {
    out.append(i == 0 ? member : ",");
    alias.clear();
    append_alias(mark, i, alias);
    out.append('"');
    out.append(alias);
    out.append("\":");
  };
  for (std::size_t i = 0; i < names_.size(); ++i) {
    open(i, R"(,"ExpressionAttributeNames":{)", '#');
    json::write_string(out, names_[i]);
  }
  if (!names_.empty()) out.append('}');
  for (std::size_t i = 0; i < values_.size(); ++i) {
    open(i, R"(,"ExpressionAttributeValues":{)", ':');
    out.append(values_[i]);
  }
  if (!values_.empty()) out.append('}');
}

void print(const path& p, substitutions& aliases, std::string& out) {
  for (const path_step& step : p) {
    if (step.index) {
      out.append("[").append(std::to_string(*step.index)).append("]");
    } else {
      if (&step != &p.front()) out += '.';
      aliases.name(step.name, out);
    }
  }
}

/// Recursion is as deep as the tree.
void print(const condition& c, substitutions& aliases, std::string& out) {
  switch (c.what) {
    case condition::kind::all: print_chain(c, " AND ", aliases, out); return;
    case condition::kind::any: print_chain(c, " OR ", aliases, out); return;
    case condition::kind::negation:
      out += "NOT ";
      print_child(c.children.front(), aliases, out);
      return;
    case condition::kind::between:
      print(c.operands[0], aliases, out);
      out += " BETWEEN ";
      print(c.operands[1], aliases, out);
      out += " AND ";
      print(c.operands[2], aliases, out);
      return;
    case condition::kind::in:
      print(c.operands[0], aliases, out);
      out += " IN (";
      print_operands(c, 1, aliases, out);
      out += ')';
      return;
    case condition::kind::attribute_exists:
    case condition::kind::attribute_not_exists:
    case condition::kind::attribute_type:
    case condition::kind::begins_with:
    case condition::kind::contains:
      out.append(operator_name(c.what)).append("(");
      print_operands(c, 0, aliases, out);
      out += ')';
      return;
    default:
      print(c.operands[0], aliases, out);
      out.append(" ").append(operator_name(c.what)).append(" ");
      print(c.operands[1], aliases, out);
      return;
  }
}

void print(const update& u, substitutions& aliases, std::string& out) {
  const std::size_t start = out.size();
  const auto change = [&](const value_action& a) {
    print(a.target, aliases, out);
    out += ' ';
    aliases.value(a.value, out);
  };
  print_section("SET", u.set, out, start, [&](const set_action& a) {
    print(a.target, aliases, out);
    out += " = ";
    print(a.to, aliases, out);
  });
  print_section("REMOVE", u.remove, out, start, [&](const path& p) { print(p, aliases, out); });
  print_section("ADD", u.add, out, start, change);
  print_section("DELETE", u.erase, out, start, change);
}

void print(const projection& paths, substitutions& aliases, std::string& out) {
  for (const path& p : paths) {
    if (&p != &paths.front()) out += ", ";
    print(p, aliases, out);
  }
}

}  // namespace dynamo::expression

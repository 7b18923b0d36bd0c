#include <table/requests/expressions.hpp>

#include <dynamo/json/writer.hpp>

namespace dynamo::detail {

namespace {

/// Does a right side give the same value when it is computed a second time, after it was stored? `a = a + 1` does not.
bool repeats_itself(const expression::set_value& value) {
  using kind = expression::set_value::kind;
  switch (value.what) {
    case kind::operand: return value.operands.front().what == expression::operand::kind::value;
    case kind::if_not_exists: return repeats_itself(value.children.front());
    case kind::plus:
    case kind::minus:
    case kind::list_append: return false;
  }
  return false;
}

template <class Tree>
void print_member(json::buffer& body, std::string_view name, const Tree& tree, expression::substitutions& shared) {
  std::string text;
  expression::print(tree, shared, text);
  body.append(",\"");
  body.append(name);
  body.append("\":");
  json::write_string(body, text);
}

bool empty(const expression::update& u) {
  return u.set.empty() && u.remove.empty() && u.add.empty() && u.erase.empty();
}

}  // namespace

void join(std::optional<expression::condition>& all, const expression::condition& more) {
  using kind = expression::condition::kind;
  if (!all) {
    all = more;
    return;
  }
  if (all->what != kind::all) {
    expression::condition both{kind::all, {}, {}};
    both.children.push_back(std::move(*all));
    all = std::move(both);
  }
  if (more.what == kind::all) {
    all->children.insert(all->children.end(), more.children.begin(), more.children.end());
  } else {
    all->children.push_back(more);
  }
}

bool repeats_itself(const expression::update& update) {
  if (!update.add.empty()) return false;  // a set's ADD would repeat, but nobody can tell it from a number's here
  for (const expression::set_action& action : update.set) {
    if (!repeats_itself(action.to)) return false;
  }
  return true;
}

void print_members(const expressions& parts, json::buffer& body) {
  expression::substitutions shared;
  if (parts.key_condition) print_member(body, "KeyConditionExpression", *parts.key_condition, shared);
  if (parts.search_condition) print_member(body, "SearchConditionExpression", *parts.search_condition, shared);
  if (!empty(parts.update)) print_member(body, "UpdateExpression", parts.update, shared);
  if (parts.condition) print_member(body, "ConditionExpression", *parts.condition, shared);
  if (parts.filter) print_member(body, "FilterExpression", *parts.filter, shared);
  if (!parts.projection.empty()) print_member(body, "ProjectionExpression", parts.projection, shared);
  shared.write_members(body);
}

}  // namespace dynamo::detail

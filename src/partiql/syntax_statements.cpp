#include "syntax_parser.hpp"
#include "wording.hpp"

#include <utility>

/// The grammar of statements.
namespace dynamo::partiql {
namespace {

constexpr int clause_precedence = 6;  // everything that is an expression, and none of UNION and its like

}  // namespace

bool syntax_parser::parse(node& out) {
  if (!expression(out)) return false;
  if (peek().what == symbol::semicolon) {
    take();
    return peek().what == symbol::end || refuse("Unexpected token after semicolon. (Only one query is allowed.)");
  }
  return peek().what == symbol::end || refuse("Unexpected token after expression");
}

bool syntax_parser::refuse(std::string_view detail) {
  if (!error_) error_ = not_well_formed(detail);
  return false;
}

bool syntax_parser::expect(symbol what, std::string_view detail) {
  if (peek().what != what) return refuse(detail);
  take();
  return true;
}

bool syntax_parser::expect_keyword(std::string_view word, std::string_view detail) {
  return take_keyword(word) || refuse(detail);
}

void syntax_parser::unsupported(statement_syntax& out, std::string_view name, const position& where) {
  if (!out.unsupported) out.unsupported = clause_syntax{std::string(name), where};
}

bool syntax_parser::select(statement_syntax& out) {
  out.what = statement_syntax::kind::select;
  if (at_keyword("distinct")) {
    unsupported(out, "DISTINCT", peek().where);
    take();
  } else {
    (void)take_keyword("all");
  }
  if (!projection(out)) return false;
  if (!expect_keyword("from", "Expected FROM after SELECT list")) return false;
  if (!source(out) || !where(out) || !group_by(out) || !order_by(out)) return false;
  if (!take_keyword("limit")) return true;
  unsupported(out, "LIMIT", peek().where);
  node count;
  return expression(count, clause_precedence);
}

bool syntax_parser::projection(statement_syntax& out) {
  if (at_keyword("value")) {
    unsupported(out, "SELECT VALUE", peek().where);
    take();
    return expression(out.columns.emplace_back());
  }
  bool star = false;
  for (;;) {
    if (peek().what == symbol::star) {
      star = true;
      out.columns.emplace_back();
      take();
    } else if (!expression(out.columns.emplace_back()) || !alias(out)) {
      return false;
    }
    if (peek().what != symbol::comma) break;
    take();
  }
  if (!star) return true;
  if (out.columns.size() > 1) {
    return refuse("Other expressions may not be present in the select list when '*' is used without dot notation.");
  }
  out.columns.clear();
  return true;
}

/// FROM, which has been taken: one table. Others are read, so that what is wrong with them is told first.
bool syntax_parser::source(statement_syntax& out) {
  if (!expression(out.table.emplace(), clause_precedence) || !alias(out)) return false;
  while (peek().what == symbol::comma) {
    take();
    out.joined = true;
    node other;
    if (!expression(other, clause_precedence) || !alias(out)) return false;
  }
  for (const std::string_view join : {"join", "inner", "left", "right", "full", "outer", "cross"}) {
    if (!at_keyword(join)) continue;
    error_ = refused(std::string(single_table));
    return false;
  }
  return true;
}

bool syntax_parser::alias(statement_syntax& out) {
  if (take_keyword("as")) {
    if (!at_name()) return refuse("Expected identifier for AS-alias");
  } else if (!at_name()) {
    return true;
  }
  out.aliased = true;
  take();
  return true;
}

bool syntax_parser::where(statement_syntax& out) {
  return !take_keyword("where") || expression(out.where.emplace(), clause_precedence);
}

bool syntax_parser::group_by(statement_syntax& out) {
  if (take_keyword("group")) {
    (void)take_keyword("partial");
    if (!expect_keyword("by", "Expected BY")) return false;
    unsupported(out, "GROUP BY", peek().where);
    std::vector<node> keys;
    if (!members(keys)) return false;
  }
  if (!take_keyword("having")) return true;
  unsupported(out, "HAVING", peek().where);
  node condition;
  return expression(condition, clause_precedence);
}

bool syntax_parser::order_by(statement_syntax& out) {
  if (!take_keyword("order")) return true;
  if (!expect_keyword("by", "Expected BY")) return false;
  for (;;) {
    order_syntax& next = out.order_by.emplace_back();
    if (!expression(next.by, clause_precedence)) return false;
    next.descending = take_keyword("desc");
    if (!next.descending) (void)take_keyword("asc");
    if (peek().what != symbol::comma) return true;
    take();
  }
}

bool syntax_parser::table(statement_syntax& out) { return simple_path(out.table.emplace()) && alias(out); }

/// INSERT INTO, which has been taken.
bool syntax_parser::insert(statement_syntax& out) {
  out.what = statement_syntax::kind::insert;
  if (!simple_path(out.table.emplace())) return false;
  out.value_keyword = take_keyword("value");
  if (!expression(out.item.emplace())) return false;
  if (!out.value_keyword || !at_keyword("at")) return true;
  take();
  unsupported(out, "AT", peek().where);
  node place;
  return expression(place);
}

bool syntax_parser::update(statement_syntax& out) {
  out.what = statement_syntax::kind::update;
  return table(out) && manipulations(out) && where(out) && returning_clause(out);
}

bool syntax_parser::remove(statement_syntax& out) {
  out.what = statement_syntax::kind::remove;
  return expect_keyword("from", "Expected FROM after DELETE") && table(out) && where(out) && returning_clause(out);
}

bool syntax_parser::from_first(statement_syntax& out) {
  out.what = statement_syntax::kind::update;
  out.where_first = true;
  return source(out) && where(out) && manipulations(out) && returning_clause(out);
}

/// SET and REMOVE, as often as they come. REMOVE takes one path, SET a list.
bool syntax_parser::manipulations(statement_syntax& out) {
  if (!at_keyword("set") && !at_keyword("remove")) return refuse("Expected data manipulation");
  for (;;) {
    if (take_keyword("remove")) {
      if (!simple_path(out.steps.emplace_back().target)) return false;
    } else if (take_keyword("set")) {
      for (;;) {
        step_syntax& next = out.steps.emplace_back();
        if (!simple_path(next.target) || !expect(symbol::equal, "Expected '='")) return false;
        if (!expression(next.value.emplace())) return false;
        if (peek().what != symbol::comma) break;
        take();
      }
    } else {
      return true;
    }
  }
}

/// RETURNING ALL OLD * and its three fellows. The sentences about what is missing are ours.
bool syntax_parser::returning_clause(statement_syntax& out) {
  if (!take_keyword("returning")) return true;
  const bool all = take_keyword("all");
  if (!all && !take_keyword("modified")) return refuse("Expected ALL or MODIFIED after RETURNING");
  const bool before = take_keyword("old");
  if (!before && !take_keyword("new")) return refuse("Expected OLD or NEW in the RETURNING clause");
  if (!expect(symbol::star, "Expected * in the RETURNING clause")) return false;
  if (all) {
    out.returned = before ? returning::all_old : returning::all_new;
  } else {
    out.returned = before ? returning::modified_old : returning::modified_new;
  }
  return true;
}

}  // namespace dynamo::partiql

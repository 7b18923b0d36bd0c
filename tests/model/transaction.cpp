#include "transaction.hpp"

#include "partiql_form.hpp"

#include <algorithm>

namespace dynamo::model {
namespace {

std::string verb_of(const action& a) {
  if (a.only_checks) return "ConditionCheck";
  switch (a.write.what) {
    case item_write::kind::put: return "Put";
    case item_write::kind::update: return "Update";
    default: return "Delete";
  }
}

template <class TextOf>
std::string list_of(std::string_view member, const std::vector<action>& actions, TextOf text_of) {
  std::string text = "{\"" + std::string(member) + "\":[";
  for (std::size_t i = 0; i < actions.size(); ++i) text += (i == 0 ? "" : ",") + text_of(actions[i]);
  return text + "]";
}

std::string end_with_token(const std::string& token) {
  return token.empty() ? "}" : R"(,"ClientRequestToken":")" + token + "\"}";
}

// The body of a Get of an action's place, without its end.
std::string get_body_of(const action& a) {
  return R"({"TableName":")" + std::string(shapes[static_cast<std::size_t>(a.write.at.table)].name) + R"(","Key":)" +
         key_text(a.write.at);
}

}  // namespace

std::vector<action> transaction_of(const operation& o) {
  std::mt19937_64 random(static_cast<std::uint64_t>(o.extra));
  std::vector<action> actions;
  for (std::uint64_t left = 1 + random() % 8; left > 0; --left) {
    action a{random_write(random, static_cast<int>(shapes.size()), places), random() % 6 == 0};
    item_write& w = a.write;
    if (random() % 2 == 0) w.condition = 0;  // most transactions should come to something
    if (a.only_checks) {
      w.what = item_write::kind::erase;  // it has the same parameters
      w.condition = 1 + static_cast<int>(random() % (item_write::conditions - 1));
    }
    if (w.what == item_write::kind::update && w.change == 0) w.change = 1;  // a transaction's update has an expression
    const auto same = [&](const action& other) { return other.write.at == w.at; };
    if (std::ranges::none_of(actions, same)) actions.push_back(a);
  }
  return actions;
}

std::string transact_write_text(const std::vector<action>& actions, const std::string& token) {
  const auto text_of = [](const action& a) { return "{\"" + verb_of(a) + "\":" + action_body_of(a.write) + "}"; };
  return list_of("TransactItems", actions, text_of) + end_with_token(token);
}

std::string transact_get_text(const std::vector<action>& actions) {
  return list_of("TransactItems", actions, [](const action& a) { return R"({"Get":)" + get_body_of(a) + "}}"; }) + "}";
}

std::vector<action> sayable(std::vector<action> actions) {
  for (action& a : actions) {
    a.write = sayable(a.write);
    a.write.returns = 0;
  }
  return actions;
}

std::string transact_statements_text(const std::vector<action>& actions, const std::string& token) {
  const auto text_of = [](const action& a) {
    return a.only_checks ? check_body_of(a.write) : statement_body_of(a.write);
  };
  return list_of("TransactStatements", actions, text_of) + end_with_token(token);
}

std::string transact_selects_text(const std::vector<action>& actions) {
  return list_of("TransactStatements", actions, [](const action& a) { return select_like(get_body_of(a)); }) + "}";
}

}  // namespace dynamo::model

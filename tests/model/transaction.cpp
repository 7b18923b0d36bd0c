#include "transaction.hpp"

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
std::string transact_items(const std::vector<action>& actions, TextOf text_of) {
  std::string text = R"({"TransactItems":[)";
  for (std::size_t i = 0; i < actions.size(); ++i) text += (i == 0 ? "" : ",") + text_of(actions[i]);
  return text + "]";
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
  std::string text = transact_items(
      actions, [](const action& a) { return "{\"" + verb_of(a) + "\":" + action_body_of(a.write) + "}"; });
  if (!token.empty()) text += R"(,"ClientRequestToken":")" + token + '"';
  return text + "}";
}

std::string transact_get_text(const std::vector<action>& actions) {
  return transact_items(actions,
                        [](const action& a) {
                          return R"({"Get":{"TableName":")" +
                                 std::string(shapes[static_cast<std::size_t>(a.write.at.table)].name) + R"(","Key":)" +
                                 key_text(a.write.at) + "}}";
                        }) +
         "}";
}

}  // namespace dynamo::model

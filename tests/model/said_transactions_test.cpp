// The same random transactions by TransactWriteItems on one database and by ExecuteTransaction on another: what they are told, what they consume and
// what they leave in tables and streams is the same.
#include "../support/seeds.hpp"
#include "../support/wire.hpp"
#include "change_log.hpp"
#include "storage.hpp"
#include "transaction.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace {

using namespace dynamo;
using namespace dynamo::model;
using namespace dynamo::testing_support;

constexpr std::string_view asks_for_capacity = R"("ReturnConsumedCapacity":"INDEXES",)";

std::string counted(const std::string& body) { return "{" + std::string(asks_for_capacity) + body.substr(1); }

/// What a statement means beside its condition, put into the condition of the action: an UPDATE changes an item that is there, and a DELETE of
/// none succeeds unless it asks whether attributes exist.
std::string with_meaning(const action& a, std::string body) {
  if (a.only_checks || a.write.what == item_write::kind::put) return body;
  const bool updates = a.write.what == item_write::kind::update;
  const std::string condition = text_member(body, "ConditionExpression");
  if (condition.empty()) {
    return updates ? R"j({"ConditionExpression":"attribute_exists(pk)",)j" + body.substr(1) : body;
  }
  const bool asks_for_existence = condition.find("exists") != std::string::npos;
  const std::string before =
      updates || asks_for_existence ? "attribute_exists(pk) AND (" : "attribute_not_exists(pk) OR (";
  return body.replace(body.find(condition), condition.size(), before + condition + ")");
}

/// The request that says by expressions what the statements say.
std::string as_items(const std::vector<action>& actions, const std::string& token) {
  std::string items;
  const std::vector<std::string> all =
      elements(member(transact_write_text(actions, token), "TransactItems").value_or("[]"));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for_each_member(all[i], [&](std::string_view verb, std::string_view body) {
      items += (items.empty() ? "{\"" : ",{\"") + std::string(verb) +
               "\":" + with_meaning(actions[i], std::string(body)) + "}";
    });
  }
  return counted(R"({"TransactItems":[)" + items + "]" +
                 (token.empty() ? "" : R"(,"ClientRequestToken":")" + token + "\"") + "}");
}

/// The capacity, or the reasons. An INSERT of an item that is there has a reason of its own, and does not show it.
std::string told(const answer& came, const std::vector<action>& actions) {
  if (came.ok) return member(came.body, "ConsumedCapacity").value_or("no capacity");
  std::string text(to_string(came.code));
  const auto reasons = elements(member(came.body, "CancellationReasons").value_or("[]"));
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const bool inserts = !actions[i].only_checks && actions[i].write.what == item_write::kind::put;
    const std::string code = text_member(reasons[i], "Code");
    text += " " + (inserts && code == "DuplicateItem" ? "ConditionalCheckFailed" : code);
    if (!inserts) text += member(reasons[i], "Item").value_or("");
  }
  return text;
}

class language_pair {
 public:
  language_pair() : one_(storage::kind::memory), other_(storage::kind::memory) {}

  void open() {
    for (storage* on : {&one_, &other_}) {
      ASSERT_EQ(on->open().value_or(""), "");
      for (int table = 0; table < static_cast<int>(shapes.size()); ++table) {
        const answer made = call(on->db(), operation_name::create_table, create_table_text(table, true));
        ASSERT_TRUE(made.ok) << made.to_string();
        streams_.push_back(text_member(member(made.body, "TableDescription").value_or(""), "LatestStreamArn"));
      }
    }
  }
  void write(const std::vector<action>& actions, const std::string& token) {
    const std::string items = as_items(actions, token);
    const std::string statements = counted(transact_statements_text(actions, token));
    for (int times = token.empty() ? 1 : 2; times > 0; --times) {
      EXPECT_EQ(told(call(one_.db(), operation_name::transact_write_items, items), actions),
                told(call(other_.db(), operation_name::execute_transaction, statements), actions))
          << items << '\n'
          << statements;
    }
  }
  void expect_equal() {
    for (std::size_t table = 0; table < shapes.size(); ++table) {
      EXPECT_EQ(scanned(one_, table), scanned(other_, table));
      EXPECT_EQ(records(one_, streams_[table]), records(other_, streams_[shapes.size() + table]));
    }
  }

 private:
  static std::string scanned(storage& on, std::size_t table) {
    return call(on.db(), operation_name::scan, R"({"TableName":")" + std::string(shapes[table].name) + "\"}")
        .to_string();
  }
  static std::string records(storage& on, const std::string& arn) {
    std::vector<change> all;
    std::string text = log_reader(on.db(), arn).read(all).value_or("");
    for (change& one : all) {
      one.number.clear();
      text += one.to_string() + "\n";
    }
    return text;
  }

  storage one_, other_;
  std::vector<std::string> streams_;
};

TEST(said_transactions, come_to_what_the_same_actions_come_to) {
  for_each_seed(40, [](std::mt19937_64& random) {
    language_pair pair;
    pair.open();
    for (int i = 0; i < 60 && !::testing::Test::HasFailure(); ++i) {
      operation o;
      o.extra = static_cast<int>(random() % (1U << 16));
      pair.write(sayable(transaction_of(o)), o.extra % 3 == 0 ? "token-" + std::to_string(i) : "");
    }
    pair.expect_equal();
  });
}

}  // namespace

#include "batch.hpp"
#include "sequence_runner.hpp"
#include "transaction.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace dynamo::model {

using namespace testing_support;

sequence_runner::problem sequence_runner::write(const item_write& w) {
  if (w.value == 0 && with_vector_indexes_) return ask_bytes(w);
  const answer came = ask(dynamo::model::name_of(w), body_of(w));
  const std::string expected = expected_.write(w);
  if (auto failed = differ(body_of(w), expected, short_form(came))) return *failed + "  " + came.message;
  return std::nullopt;
}

sequence_runner::problem sequence_runner::batch_write(const operation& o) {
  const std::vector<item_write> writes = batch_of(o);
  const std::string text = batch_write_text(writes);
  return differ(text, expected_.batch_write(writes), short_form(ask(operation_name::batch_write_item, text)));
}

sequence_runner::problem sequence_runner::batch_get(const operation& o) {
  const std::vector<item_write> asked = batch_of(o);
  const std::string text = batch_get_text(asked, static_cast<language>(o.write.spoken));
  const answer came = ask(operation_name::batch_get_item, text);
  std::string found = short_form(came);
  if (came.ok) {
    std::vector<std::string> items;
    for_each_member(member(came.body, "Responses").value_or("{}"), [&](std::string_view, std::string_view list) {
      for (std::string& item : elements(list)) items.push_back(std::move(item));
    });
    std::ranges::sort(items);
    found.clear();
    for (const std::string& item : items) found += item;
    if (member(came.body, "UnprocessedKeys").value_or("{}") != "{}") found += came.body;
  }
  return differ(text, expected_.batch_get(asked), found);
}

// One in three has a token, and is sent twice: that counts once.
std::string sequence_runner::token_for(const operation& o) {
  return o.extra % 3 == 0 ? "token-" + std::to_string(++tokens_) : "";
}

sequence_runner::problem sequence_runner::send_transaction(operation_name op, const std::string& text, bool has_token,
                                                           const std::string& expected) {
  const answer came = ask(op, text);
  if (auto failed = differ(text, expected, short_form(came))) return *failed + "  " + came.message;
  if (!has_token || !came.ok) return std::nullopt;
  return differ("again: " + text, expected, short_form(ask(op, text)));
}

sequence_runner::problem sequence_runner::transact_write(const operation& o) {
  const std::vector<action> actions = transaction_of(o);
  const std::string token = token_for(o);
  const std::string expected = expected_.transact_write(actions);
  return send_transaction(operation_name::transact_write_items, transact_write_text(actions, token), !token.empty(),
                          expected);
}

sequence_runner::problem sequence_runner::transact_get(const operation& o) {
  const std::vector<action> asked = transaction_of(o);
  const std::string text = transact_get_text(asked);
  return differ(text, expected_.transact_get(asked), short_form(ask(operation_name::transact_get_items, text)));
}

// All come with one commit, so that none is swept before the last is there.
sequence_runner::problem sequence_runner::expire(const operation& o) {
  const int table = o.write.at.table;
  if (!expected_.exists(table) || !expected_.expires(table)) return std::nullopt;
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(storage_.now().time_since_epoch()).count();
  std::vector<std::pair<place, std::string>> items;
  std::string text;
  for (int i = 0; i < 1 + o.extra % 4; ++i) {
    place at = o.write.at;
    at.partition = (at.partition + i) % places;
    const std::string key = key_text(at);
    const std::string item = R"({"e":{"N":")" + std::to_string(now - 100 + i) + R"("},)" + key.substr(1);
    items.emplace_back(at, item);
    text +=
        (text.empty() ? "" : ",") + (R"({"Put":{"TableName":)" + name_of_table(table)) + R"(,"Item":)" + item + "}}";
  }
  const answer came = ask(operation_name::transact_write_items, R"({"TransactItems":[)" + text + "]}");
  if (!came.ok) return text + ": " + came.to_string();
  expected_.expire(items);
  return wait_for("expiry of " + text, operation_name::scan,
                  R"({"TableName":)" + name_of_table(table) +
                      R"(,"FilterExpression":"e > :z","ExpressionAttributeValues":{":z":{"N":"0"}}})",
                  [](const std::string& body) { return member(body, "Count") == "0"; });
}

}  // namespace dynamo::model

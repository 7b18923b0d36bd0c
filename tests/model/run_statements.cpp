// Operations said as PartiQL statements.
#include "partiql_form.hpp"
#include "sequence_runner.hpp"
#include "transaction.hpp"

#include <random>

namespace dynamo::model {
namespace {

using namespace testing_support;

constexpr std::string_view with_capacity = R"(,"ReturnConsumedCapacity":"INDEXES"})";
std::string elements_text(const answer& came) {
  std::string text;
  for (const std::string& item : elements(member(came.body, "Items").value_or("[]"))) text += item;
  return text;
}
std::string item_in(const answer& came) { return member(came.body, "Item").value_or(""); }
std::string code_in_batch(const std::string& told) {
  if (told.starts_with("conditional_check_failed")) return "ConditionalCheckFailed";
  if (told == "duplicate_item") return "DuplicateItem";
  if (told == "resource_not_found") return "ResourceNotFound";
  return told == "validation" ? "ValidationError" : "";
}

}  // namespace

std::string_view sort_name(int table) {
  return shapes[static_cast<std::size_t>(table)].sort_type == '\0' ? std::string_view() : "sk";
}

sequence_runner::problem sequence_runner::say_write(const item_write& w) {
  const std::string text = statement_body_of(w);
  const answer came = ask(operation_name::execute_statement, text);
  const std::string expected = expected_.say(w);
  if (auto failed = differ(text, expected, short_form(came))) return *failed + "  " + came.message;
  return std::nullopt;
}

// A GetItem and a SELECT of the same key agree in the item and in what they consumed.
sequence_runner::problem sequence_runner::say_get(const place& at) {
  const std::string get = R"({"TableName":)" + name_of_table(at.table) + R"(,"Key":)" + key_text(at);
  std::string text = select_like(get);
  text.pop_back();
  text += with_capacity;
  const answer expected = ask(operation_name::get_item, get + std::string(with_capacity));
  const answer came = ask(operation_name::execute_statement, text);
  if (!expected.ok) return differ(text, short_form(expected), short_form(came));
  if (auto failed = differ(text, R"({"Item":)" + elements_text(came) + "}", R"({"Item":)" + item_in(expected) + "}")) {
    return failed;
  }
  return differ(text, member(expected.body, "ConsumedCapacity").value_or(""),
                member(came.body, "ConsumedCapacity").value_or(came.to_string()));
}

// So do the pages of a Query and of its SELECT.
sequence_runner::problem sequence_runner::say_query(const std::string& query, std::string_view sort) {
  const bool is_backwards = query.find(R"("ScanIndexForward":false)") != std::string::npos;
  if (is_backwards && sort.empty()) return std::nullopt;  // a key without a sort attribute has no order
  std::string text = select_like(query, is_backwards ? sort : "");
  text.pop_back();
  // A SELECT by the whole key is one page, whatever the Limit.
  const bool asks_for_one_item = query.find("IndexName") == query.npos &&
                                 query.find("FilterExpression") == query.npos && !is_backwards &&
                                 (sort.empty() || query.find("sk = :a") != query.npos);
  std::string start, token;
  for (int pages = 0; pages < 200; ++pages) {
    const answer expected = ask(operation_name::query, query + start + std::string(with_capacity));
    const answer came = ask(operation_name::execute_statement, text + token + std::string(with_capacity));
    if (!expected.ok) return differ(text, short_form(expected), short_form(came));
    for (const char* part : {"Items", "ConsumedCapacity", "LastEvaluatedKey"}) {
      if (asks_for_one_item && part == std::string_view("LastEvaluatedKey")) return std::nullopt;
      if (auto failed = differ(text, member(expected.body, part).value_or("-"),
                               member(came.body, part).value_or(came.ok ? "-" : came.to_string()))) {
        return failed;
      }
    }
    const auto last = member(expected.body, "LastEvaluatedKey");
    if (!last) return differ(text, "", text_member(came.body, "NextToken"));
    start = R"(,"ExclusiveStartKey":)" + *last;
    token = R"(,"NextToken":)" + member(came.body, "NextToken").value_or("\"\"");
  }
  return text + ": the pages do not end";
}

// Writes come one after the other, as statements of their own do.
sequence_runner::problem sequence_runner::say_batch(const operation& o) {
  if (o.extra % 3 == 0) return say_batch_get(o);
  std::mt19937_64 random(static_cast<std::uint64_t>(o.extra));
  std::string text = R"({"Statements":[)";
  std::string expected;
  for (std::uint64_t left = 1 + random() % 12; left > 0; --left) {
    item_write w = sayable(random_write(random, static_cast<int>(shapes.size()), places));
    w.returns = 0;
    text += (expected.empty() ? "" : ",") + statement_body_of(w);
    expected += ' ' + code_in_batch(expected_.say(w));
  }
  text += "]}";
  const answer came = ask(operation_name::batch_execute_statement, text);
  if (!came.ok) return text + ": " + came.to_string();
  std::string told;
  for (const std::string& one : elements(member(came.body, "Responses").value_or("[]"))) {
    told += ' ' + text_member(member(one, "Error").value_or("{}"), "Code");
  }
  return differ(text, expected, told);
}

sequence_runner::problem sequence_runner::say_batch_get(const operation& o) {
  std::string text, expected;
  for (const action& a : transaction_of(o)) {
    const std::string table = name_of_table(a.write.at.table);
    text += (text.empty() ? "" : ",") + select_like(R"({"TableName":)" + table + R"(,"Key":)" + key_text(a.write.at));
    const std::string found = expected_.get(a.write.at);
    expected += found == "resource_not_found" ? " ResourceNotFound" : " " + table + member(found, "Item").value_or("");
  }
  const answer came = ask(operation_name::batch_execute_statement, R"({"Statements":[)" + text + "]}");
  if (!came.ok) return text + ": " + came.to_string();
  std::string told;
  for (const std::string& one : elements(member(came.body, "Responses").value_or("[]"))) {
    const std::string code = text_member(member(one, "Error").value_or("{}"), "Code");
    told += " " + (code.empty() ? member(one, "TableName").value_or("") + member(one, "Item").value_or("") : code);
  }
  return differ(text, expected, told);
}

sequence_runner::problem sequence_runner::say_transact_write(const operation& o) {
  const std::vector<action> actions = sayable(transaction_of(o));
  const std::string token = token_for(o);
  const std::string expected = expected_.say_transact_write(actions);
  return send_transaction(operation_name::execute_transaction, transact_statements_text(actions, token), !token.empty(),
                          expected);
}

// A TransactGetItems and an ExecuteTransaction of SELECTs agree in the items and in what they consumed.
sequence_runner::problem sequence_runner::say_transact_get(const operation& o) {
  const std::vector<action> asked = transaction_of(o);
  const auto counted = [](std::string text) {
    text.pop_back();
    return text + std::string(with_capacity);
  };
  const std::string text = transact_selects_text(asked);
  const answer came = ask(operation_name::execute_transaction, counted(text));
  const answer gets = ask(operation_name::transact_get_items, counted(transact_get_text(asked)));
  const std::string items =
      came.ok ? R"({"Responses":)" + member(came.body, "Responses").value_or("") + "}" : short_form(came);
  if (auto failed = differ(text, expected_.transact_get(asked), items)) return failed;
  return differ(text, member(gets.body, "ConsumedCapacity").value_or(""),
                member(came.body, "ConsumedCapacity").value_or(""));
}

}  // namespace dynamo::model

#pragma once

#include "batch_fixture.hpp"

#include <string>
#include <vector>

namespace dynamo::engine_tests {

/// Tables `things` and `others`, each with a stream, and what transactions need.
class transaction_fixture : public batch_fixture {
 protected:
  using texts = std::vector<std::string>;

  static std::string in_table(const std::string& table) { return R"("TableName":")" + table + "\""; }
  static std::string put_action(const std::string& pk, const std::string& value, const std::string& more = "",
                                const std::string& table = "things") {
    return R"({"Put":{)" + in_table(table) + R"(,"Item":)" + item_text(pk, value) + more + "}}";
  }
  static std::string keyed(const std::string& kind, const std::string& pk, const std::string& more,
                           const std::string& table) {
    return "{\"" + kind + "\":{" + in_table(table) + R"(,"Key":)" + key_text(pk) + more + "}}";
  }
  static std::string update_action(const std::string& pk, const std::string& value, const std::string& more = "",
                                   const std::string& table = "things") {
    return keyed("Update", pk,
                 R"(,"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"S":")" + value + "\"}}" + more,
                 table);
  }
  static std::string delete_action(const std::string& pk, const std::string& more = "",
                                   const std::string& table = "things") {
    return keyed("Delete", pk, more, table);
  }
  static std::string check_action(const std::string& pk, const std::string& condition, const std::string& more = "",
                                  const std::string& table = "things") {
    return keyed("ConditionCheck", pk, R"(,"ConditionExpression":")" + condition + "\"" + more, table);
  }
  static std::string get_action(const std::string& pk, const std::string& more = "",
                                const std::string& table = "things") {
    return keyed("Get", pk, more, table);
  }
  static std::string transaction_text(const texts& actions, const std::string& more = "") {
    return R"({"TransactItems":[)" + joined(actions) + "]" + more + "}";
  }
  answer transact(const texts& actions, const std::string& more = "") {
    return call(operation_name::transact_write_items, transaction_text(actions, more));
  }
  std::string told_of(const texts& actions, const std::string& more = "") {
    return transact(actions, more).to_string();
  }
  std::string got(const texts& gets, const std::string& more = "") {
    return told(operation_name::transact_get_items, transaction_text(gets, more));
  }
  static std::string token(const std::string& text) { return R"(,"ClientRequestToken":")" + text + "\""; }
  /// `[{...},{...}]` of a cancelled transaction.
  static std::string reasons(const answer& cancelled) {
    return member(cancelled.body, "CancellationReasons").value_or(cancelled.to_string());
  }
  std::string value_of(const std::string& pk, const std::string& table = "things") {
    const auto items = contents(table);
    const auto found = items.find(pk);
    return found == items.end() ? "-" : text_member(member(found->second, "v").value_or(""), "S");
  }
};

inline const std::string if_absent = R"x(,"ConditionExpression":"attribute_not_exists(pk)")x";
inline const std::string with_item = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")";

}  // namespace dynamo::engine_tests

// BatchExecuteStatement: each statement comes to something of its own.
#include "statement_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class batch_statements : public statements {};

std::string batch_error(const std::string& code, const std::string& message, const std::string& table = "") {
  return R"({"Error":{"Code":")" + code + R"(","Message":")" + message + "\"}" +
         (table.empty() ? "" : R"(,"TableName":")" + table + "\"") + "}";
}
std::string responses(const std::vector<std::string>& all) {
  std::string made;
  for (const std::string& one : all) made += (made.empty() ? "" : ",") + one;
  return R"({"Responses":[)" + made + "]}";
}
const std::string no_key =
    "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";

TEST_P(batch_statements, read_items) {
  put("people", R"({"id":{"S":"a"},"m":{"M":{"n":{"N":"1"}}}})");
  put_song("ann", "s1");
  EXPECT_EQ(batch({"SELECT * FROM people WHERE id = 'a'", "SELECT m.n FROM people WHERE id = 'a'",
                   "SELECT * FROM people WHERE id = 'b'", "SELECT * FROM music WHERE song = 's1' AND artist = 'ann'",
                   "SELECT * FROM strangers WHERE id = 'a'", "SELECT * FROM people",
                   "SELECT * FROM people WHERE id > 'a'", "SELECT * FROM music.of_artist WHERE artist = 'ann'"}),
            responses({R"({"TableName":"people","Item":{"id":{"S":"a"},"m":{"M":{"n":{"N":"1"}}}}})",
                       R"({"TableName":"people","Item":{"n":{"N":"1"}}})", R"({"TableName":"people"})",
                       R"({"TableName":"music","Item":{"artist":{"S":"ann"},"song":{"S":"s1"}}})",
                       batch_error("ResourceNotFound", "Requested resource not found"),
                       batch_error("ValidationError", no_key), batch_error("ValidationError", no_key),
                       batch_error("ValidationError", no_key)}));
}

TEST_P(batch_statements, write_items) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  EXPECT_EQ(
      batch({"INSERT INTO people VALUE {'id': 'b'}", "INSERT INTO people VALUE {'id': 'a'}",
             "UPDATE people SET n = 2 WHERE id = 'a' AND n = 1", "UPDATE people SET n = 2 WHERE id = 'c'",
             "DELETE FROM people WHERE id = 'none'", "DELETE FROM people WHERE n = 1",
             "DELETE FROM strangers WHERE id = 'a'", "EXISTS(SELECT * FROM people WHERE id = 'a' AND n = 1)"}),
      responses(
          {R"({"TableName":"people"})", batch_error("DuplicateItem", "Duplicate primary key exists in table", "people"),
           R"({"TableName":"people"})",
           batch_error("ConditionalCheckFailed", "The conditional request failed", "people"),
           R"({"TableName":"people"})",
           batch_error("ValidationError", "Where clause does not contain a mandatory equality on all key attributes"),
           batch_error("ResourceNotFound", "Requested resource not found"),
           batch_error("ValidationError", "EXISTS() is supported in ExecuteTransaction only")}));
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"n":{"N":"2"}}})");
  EXPECT_EQ(person("b"), R"({"Item":{"id":{"S":"b"}}})");
}

TEST_P(batch_statements, write_the_same_item_one_after_the_other) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  std::vector<std::string> all;
  for (int i = 1; i <= 25; ++i) {
    all.push_back("UPDATE people SET n = " + std::to_string(i + 1) + " WHERE id = 'a' AND n = " + std::to_string(i));
  }
  EXPECT_EQ(batch(all), responses(std::vector<std::string>(25, R"({"TableName":"people"})")));
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"n":{"N":"26"}}})");
}

TEST_P(batch_statements, tell_what_they_consumed_by_table) {
  put("people", R"({"id":{"S":"a"}})");
  EXPECT_EQ(testing_support::member(batch({"SELECT * FROM people WHERE id = 'a'", "SELECT * FROM people WHERE id = 'b'",
                                           "SELECT * FROM music WHERE artist = 'a' AND song = 'b'"},
                                          R"(,"ReturnConsumedCapacity":"TOTAL")"),
                                    "ConsumedCapacity"),
            R"([{"CapacityUnits":1.0,"TableName":"people"},{"CapacityUnits":0.5,"TableName":"music"}])");
  EXPECT_EQ(call(operation_name::batch_execute_statement,
                 R"({"ReturnConsumedCapacity":"TOTAL","Statements":[{"Statement":"SELECT id FROM people WHERE id = ?",)"
                 R"("Parameters":[{"S":"a"}],"ConsistentRead":true}]})"),
            R"({"Responses":[{"TableName":"people","Item":{"id":{"S":"a"}}}],)"
            R"("ConsumedCapacity":[{"CapacityUnits":1.0,"TableName":"people"}]})");
  EXPECT_EQ(batch({"DELETE FROM people WHERE id = 'a'", "DELETE FROM people WHERE n = 1"},
                  R"(,"ReturnConsumedCapacity":"TOTAL")")
                    .find(R"("ConsumedCapacity":[{"CapacityUnits":1.0,"TableName":"people"}])") != std::string::npos,
            true);
}

TEST_P(batch_statements, read_or_write_but_not_both) {
  EXPECT_EQ(
      batch({"SELECT * FROM people WHERE id = 'a'", "DELETE FROM people WHERE id = 'a'"}),
      "validation: BatchExecuteStatement API does not support both read and write operations in the same request.");
}

TEST_P(batch_statements, are_at_most_25) {
  const std::vector<std::string> many(26, "SELECT * FROM people WHERE id = 'a'");
  std::string echo;
  for (const std::string& one : many) {
    echo += (echo.empty() ? "BatchStatementRequest(statement=" : ", BatchStatementRequest(statement=") + one +
            ", parameters=null, consistentRead=null, returnValuesOnConditionCheckFailure=null)";
  }
  EXPECT_EQ(batch(many), "validation: 1 validation error detected: Value '[" + echo +
                             "]' at 'statements' failed to satisfy constraint: Member must have length less than or "
                             "equal to 25");
  EXPECT_EQ(call(operation_name::batch_execute_statement, "{}"),
            "validation: 1 validation error detected: Value null at 'statements' failed to satisfy constraint: Member "
            "must not be null");
}

INSTANTIATE_TEST_SUITE_P(calls, batch_statements, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(starts, batch_statements, ::testing::Values(true));

}  // namespace

// ExecuteTransaction: all of its statements or none.
#include "statement_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using dynamo::testing_support::member;

class transact_statements : public statements {
 protected:
  std::string reasons(const texts& all, const std::string& more = "") {
    const auto came = testing_support::to_answer(
        send(operation_name::execute_transaction, statements_of("TransactStatements", all, more)));
    return member(came.body, "CancellationReasons").value_or(came.to_string());
  }
};

const std::string in_first = "validation: Validation failed in TransactStatements[0]: ";

TEST_P(transact_statements, read_items_of_one_moment) {
  put("people", R"({"id":{"S":"a"},"m":{"M":{"n":{"N":"1"}}}})");
  EXPECT_EQ(transact({"SELECT * FROM people WHERE id = 'a'", "SELECT * FROM people WHERE id = 'b'",
                      "SELECT m.n FROM music WHERE song = 'x' AND artist = 'y'"},
                     R"(,"ReturnConsumedCapacity":"TOTAL")"),
            R"({"Responses":[{"Item":{"id":{"S":"a"},"m":{"M":{"n":{"N":"1"}}}}},{},{}],"ConsumedCapacity":[)"
            R"({"CapacityUnits":4.0,"ReadCapacityUnits":4.0,"TableName":"people"},)"
            R"({"CapacityUnits":2.0,"ReadCapacityUnits":2.0,"TableName":"music"}]})");
  EXPECT_EQ(transact({"SELECT m.n FROM people WHERE id = 'a'"}), R"({"Responses":[{"Item":{"n":{"N":"1"}}}]})");
}

TEST_P(transact_statements, write_all_items) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  put("people", R"({"id":{"S":"b"}})");
  put("people", R"({"id":{"S":"c"},"n":{"N":"7"}})");
  EXPECT_EQ(transact({"UPDATE people SET n = 2 WHERE id = 'a' AND n = 1", "DELETE FROM people WHERE id = 'b'",
                      "INSERT INTO people VALUE {'id': 'd'}", "EXISTS(SELECT * FROM people WHERE id = 'c' AND n = 7)",
                      "INSERT INTO music VALUE {'artist': 'x', 'song': 'y'}"}),
            R"({"Responses":[]})");
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"n":{"N":"2"}}})");
  EXPECT_EQ(person("b"), "{}");
  EXPECT_EQ(person("d"), R"({"Item":{"id":{"S":"d"}}})");
  EXPECT_EQ(
      transact({"DELETE FROM people WHERE id = 'a'"}, R"(,"ReturnConsumedCapacity":"TOTAL")"),
      R"({"Responses":[],"ConsumedCapacity":[{"CapacityUnits":2.0,"WriteCapacityUnits":2.0,"TableName":"people"}]})");
}

TEST_P(transact_statements, write_nothing_when_one_is_refused) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  EXPECT_EQ(
      reasons({"INSERT INTO people VALUE {'id': 'd'}", "INSERT INTO people VALUE {'id': 'a'}",
               "UPDATE people SET n = 2 WHERE id = 'none'", "EXISTS(SELECT * FROM people WHERE id = 'x' AND n = 8)"}),
      R"([{"Code":"None"},{"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"},)"
      R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},)"
      R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}])");
  EXPECT_EQ(person("d"), "{}");
  const auto came = testing_support::to_answer(
      send(operation_name::execute_transaction, "{\"TransactStatements\":[{" +
                                                    members("UPDATE people SET n = 2 WHERE id = 'a' AND n = 5") +
                                                    R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}]})"));
  EXPECT_EQ(member(came.body, "CancellationReasons"),
            R"([{"Code":"ConditionalCheckFailed","Item":{"id":{"S":"a"},"n":{"N":"1"}},)"
            R"("Message":"The conditional request failed"}])");
}

TEST_P(transact_statements, with_a_token_are_executed_once) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  const std::string token = R"(,"ClientRequestToken":"t1")";
  EXPECT_EQ(transact({"UPDATE people SET n = n + 1 WHERE id = 'a'"}, token), R"({"Responses":[]})");
  EXPECT_EQ(
      transact({"UPDATE people SET n = n + 1 WHERE id = 'a'"}, token + R"(,"ReturnConsumedCapacity":"TOTAL")"),
      R"({"Responses":[],"ConsumedCapacity":[{"CapacityUnits":2.0,"ReadCapacityUnits":2.0,"TableName":"people"}]})");
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"n":{"N":"2"}}})");
  EXPECT_EQ(transact({"UPDATE people SET n = n + 2 WHERE id = 'a'"}, token).substr(0, 29),
            "idempotent_parameter_mismatch");
}

TEST_P(transact_statements, say_which_statement_is_at_fault) {
  EXPECT_EQ(transact({"SELECT * FROM music.by_year WHERE year = 1"}),
            in_first + "Reads on indices are not supported within transactions.");
  EXPECT_EQ(transact({"DELETE FROM people WHERE id = 'a' RETURNING ALL OLD *"}),
            in_first + "RETURNING clause is not supported in ExecuteTransaction.");
  EXPECT_EQ(transact({"EXISTS(SELECT * FROM people WHERE id = 'a')"}),
            in_first + "EXISTS() must contain a single item read with additional condition");
  const std::string no_key =
      "Select statements within ExecuteTransaction must specify the primary key in the where clause.";
  EXPECT_EQ(transact({"SELECT * FROM people"}), in_first + no_key);
  EXPECT_EQ(transact({"SELECT * FROM people WHERE id = 'a' AND n = 1"}), in_first + no_key);
  EXPECT_EQ(transact({"SELECT * FROM people WHERE id = 'a'", "SELECT * FROM people WHERE n = 1"}),
            "validation: Validation failed in TransactStatements[1]: " + no_key);
  EXPECT_EQ(transact({"DELETE FROM people WHERE n = 1"}),
            in_first + "Where clause does not contain a mandatory equality on all key attributes");
}

TEST_P(transact_statements, read_or_write_but_not_both) {
  EXPECT_EQ(transact({"SELECT * FROM people WHERE id = 'a'", "DELETE FROM people WHERE id = 'b'"}),
            "validation: ExecuteTransaction API does not support both read and write operations in the same request.");
  EXPECT_EQ(transact({"DELETE FROM people WHERE id = 'b'", "DELETE FROM people WHERE id = 'b'"}),
            "validation: Transaction request cannot include multiple operations on one item");
  EXPECT_EQ(transact({"DELETE FROM strangers WHERE id = 'b'"}), "resource_not_found: Requested resource not found");
  EXPECT_EQ(transact({"SELECT * FROM strangers WHERE id = 'b'"}), "resource_not_found: Requested resource not found");
}

INSTANTIATE_TEST_SUITE_P(calls, transact_statements, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(starts, transact_statements, ::testing::Values(true));

}  // namespace

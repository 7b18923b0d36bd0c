// ExecuteStatement that writes.
#include "statement_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using dynamo::testing_support::member;

class write_statements : public statements {};

const std::string written = R"({"Items":[]})";
const std::string not_met = "conditional_check_failed: The conditional request failed";

TEST_P(write_statements, insert_an_item_that_is_not_there) {
  EXPECT_EQ(run("INSERT INTO people VALUE {'id': 'a', 'n': 1, 'm': {'l': [true, null, <<'x', 'y'>>]}}"), written);
  EXPECT_EQ(
      person("a"),
      R"({"Item":{"id":{"S":"a"},"m":{"M":{"l":{"L":[{"BOOL":true},{"NULL":true},{"SS":["x","y"]}]}}},"n":{"N":"1"}}})");
  EXPECT_EQ(run("INSERT INTO people VALUE {'id': 'a'}"), "duplicate_item: Duplicate primary key exists in table");
  EXPECT_EQ(
      run("INSERT INTO people VALUE {'id': ?, 'v': ?}", R"({"S":"b"},{"L":[{"N":"2.0"}]})", statement_capacity),
      R"({"Items":[],"ConsumedCapacity":{"CapacityUnits":1.0,"Table":{"CapacityUnits":1.0},"TableName":"people"}})");
  EXPECT_EQ(person("b"), R"({"Item":{"id":{"S":"b"},"v":{"L":[{"N":"2"}]}}})");
  EXPECT_EQ(run("INSERT INTO strangers VALUE {'id': 'a'}"), "resource_not_found: Requested resource not found");
  EXPECT_EQ(run("INSERT INTO people VALUE {'x': 'a'}"),
            "validation: One or more parameter values were invalid: Missing the key id in the item");
  EXPECT_EQ(run("INSERT INTO people VALUE {'id': 1}"),
            "validation: One or more parameter values were invalid: Type mismatch for key id expected: S actual: N");
}

TEST_P(write_statements, update_an_item_that_is_there) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  EXPECT_EQ(run("UPDATE people SET n = n + 2 SET t = 'x' WHERE id = 'a'"), written);
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"n":{"N":"3"},"t":{"S":"x"}}})");
  EXPECT_EQ(run("UPDATE people REMOVE t WHERE id = 'a' AND n = 3"), written);
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"n":{"N":"3"}}})");
  EXPECT_EQ(run("FROM people WHERE id = 'a' SET v = ?", R"({"BOOL":true})"), written);
  EXPECT_EQ(run("UPDATE people SET n = 9 WHERE id = 'none'"), not_met);
  EXPECT_EQ(run("UPDATE people SET n = 9 WHERE id = 'a' AND n > 3"), not_met);
  EXPECT_EQ(person("none"), "{}");
  const auto refused = answer_to("UPDATE people SET n = 9 WHERE id = 'a' AND n > 3", "",
                                 R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")");
  EXPECT_EQ(member(refused.body, "Item"), R"({"id":{"S":"a"},"n":{"N":"3"},"v":{"BOOL":true}})");
}

TEST_P(write_statements, return_what_they_are_asked_for) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"x"}})");
  EXPECT_EQ(run("UPDATE people SET n = 2 WHERE id = 'a' RETURNING ALL OLD *"),
            R"({"Items":[{"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"x"}}]})");
  EXPECT_EQ(run("UPDATE people SET n = 3 WHERE id = 'a' RETURNING MODIFIED OLD *"), R"({"Items":[{"n":{"N":"2"}}]})");
  EXPECT_EQ(run("UPDATE people SET n = 4 WHERE id = 'a' RETURNING ALL NEW *"),
            R"({"Items":[{"id":{"S":"a"},"n":{"N":"4"},"t":{"S":"x"}}]})");
  EXPECT_EQ(run("UPDATE people SET n = 5 WHERE id = 'a' RETURNING MODIFIED NEW *"), R"({"Items":[{"n":{"N":"5"}}]})");
  EXPECT_EQ(run("UPDATE people REMOVE t WHERE id = 'a' RETURNING MODIFIED NEW *"), written);
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a' RETURNING ALL OLD *"),
            R"({"Items":[{"id":{"S":"a"},"n":{"N":"5"}}]})");
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a' RETURNING ALL OLD *"), written);
}

TEST_P(write_statements, delete_an_item) {
  put("people", R"({"id":{"S":"a"},"n":{"N":"1"}})");
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a' AND n = 2"), not_met);
  EXPECT_EQ(
      run("DELETE FROM people WHERE id = 'a' AND n = 1", "", statement_capacity),
      R"({"Items":[],"ConsumedCapacity":{"CapacityUnits":1.0,"Table":{"CapacityUnits":1.0},"TableName":"people"}})");
  EXPECT_EQ(person("a"), "{}");
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a'"), written);
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a' AND n = 1"), written);
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a' AND attribute_not_exists(id)"), not_met);
}

TEST_P(write_statements, need_the_whole_key) {
  const std::string missing = "validation: Where clause does not contain a mandatory equality on all key attributes";
  EXPECT_EQ(run("UPDATE music SET n = 1 WHERE artist = 'a'"), missing);
  EXPECT_EQ(run("UPDATE music SET n = 1 WHERE artist = 'a' AND song > 'b'"), missing);
  EXPECT_EQ(run("DELETE FROM music WHERE artist = 'a'"), missing);
  EXPECT_EQ(run("DELETE FROM people WHERE n = 1"), missing);
  EXPECT_EQ(run("DELETE FROM people WHERE id IN ['a']"), missing);
  EXPECT_EQ(run("DELETE FROM people WHERE id = 'a' OR n = 1"), missing);
}

TEST_P(write_statements, add_to_sets_and_take_from_them) {
  put("people", R"({"id":{"S":"a"},"s":{"SS":["x"]}})");
  EXPECT_EQ(run("UPDATE people SET s = set_add(s, <<'y'>>) SET t = set_add(t, <<1>>) WHERE id = 'a'"), written);
  EXPECT_EQ(person("a"), R"({"Item":{"id":{"S":"a"},"s":{"SS":["x","y"]},"t":{"NS":["1"]}}})");
  EXPECT_EQ(run("UPDATE people SET s = set_delete(s, <<'x', 'y'>>) WHERE id = 'a' RETURNING ALL NEW *"),
            R"({"Items":[{"id":{"S":"a"},"t":{"NS":["1"]}}]})");
  EXPECT_EQ(run("UPDATE people SET s = set_delete(s, <<'x'>>) WHERE id = 'a'"), written);
  EXPECT_EQ(run("UPDATE people SET t = set_add(t, <<'x'>>) WHERE id = 'a'"),
            "validation: An operand in the update expression has an incorrect data type");
  EXPECT_EQ(run("UPDATE people SET t = set_add(t, <<1>>) WHERE id = 'b'"), not_met);
}

TEST_P(write_statements, leave_the_key_alone) {
  put("people", R"({"id":{"S":"a"}})");
  EXPECT_EQ(
      run("UPDATE people SET id = 'b' WHERE id = 'a'"),
      "validation: One or more parameter values were invalid: Cannot update attribute id. This attribute is part of "
      "the key");
}

TEST_P(write_statements, do_not_check_that_something_exists) {
  EXPECT_EQ(run("EXISTS(SELECT * FROM people WHERE id = 'a' AND n = 1)"),
            "validation: EXISTS() is supported in ExecuteTransaction only");
}

INSTANTIATE_TEST_SUITE_P(calls, write_statements, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(starts, write_statements, ::testing::Values(true));

}  // namespace

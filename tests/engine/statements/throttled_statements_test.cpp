// Throughput that is enforced, and statements: they are throttled as the item operations that they are. Where the errors stand is in the API reference:
// ExecuteStatement has ProvisionedThroughputExceededException, BatchExecuteStatement has none and a code for each statement (BatchStatementError),
// ExecuteTransaction has reasons of a cancellation.
#include "../throughput_fixture.hpp"

#include <dynamo/json/writer.hpp>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

/// The parameter: whether calls are started, or waited for.
class throttled_statements : public throughput_fixture, public ::testing::WithParamInterface<bool> {
 protected:
  using texts = std::vector<std::string>;

  answer send(operation_name op, const std::string& body) {
    if (!GetParam()) return call(op, body);
    kept_answer kept;
    db_->start(request(op, json::buffer(body)), kept);
    return kept.get();
  }
  static std::string statement(const std::string& text, const std::string& more = "") {
    json::buffer quoted;
    json::write_string(quoted, text);
    return R"({"Statement":)" + std::string(quoted.view()) + more + "}";
  }
  static std::string list_of(const std::string& member, const texts& all, const std::string& more = "") {
    std::string made;
    for (const std::string& one : all) made += (made.empty() ? "" : ",") + statement(one);
    return "{\"" + member + "\":[" + made + "]" + more + "}";
  }
  std::string saying(const std::string& text, const std::string& more = "") {
    return outcome(send(operation_name::execute_statement, statement(text, more)));
  }
  answer batch(const texts& all) { return send(operation_name::batch_execute_statement, list_of("Statements", all)); }
  /// The codes of a batch's errors, "ok" for what was executed.
  std::string codes(const texts& all) {
    const answer came = batch(all);
    if (!came.ok) return came.to_string();
    std::string found;
    for (const std::string& one : elements(member(came.body, "Responses").value_or("[]"))) {
      const auto refused = member(one, "Error");
      found += (found.empty() ? "" : " ") + (refused ? text_member(*refused, "Code") : "ok");
    }
    return found;
  }
  /// "ok", or the codes of the reasons.
  std::string transacting(const texts& all, const std::string& more = "") {
    const answer came = send(operation_name::execute_transaction, list_of("TransactStatements", all, more));
    if (came.ok) return "ok";
    if (came.code != errc::transaction_canceled) return came.to_string();
    std::string found;
    for (const std::string& one : elements(member(came.body, "CancellationReasons").value_or("[]"))) {
      found += (found.empty() ? "" : " ") + text_member(one, "Code");
    }
    return found;
  }

  static std::string inserting(const std::string& pk, const std::string& more = "") {
    return "INSERT INTO things VALUE {'pk': '" + pk + "', 'sk': 's'" + more + "}";
  }
  static std::string where(const std::string& pk) { return " WHERE pk = '" + pk + "' AND sk = 's'"; }
  static std::string selecting(const std::string& pk) { return "SELECT * FROM things" + where(pk); }
  static std::string updating_to(const std::string& value, const std::string& pk) {
    return "UPDATE things SET v = '" + value + "'" + where(pk);
  }
  std::string found(const std::string& pk) {
    return told(operation_name::get_item, R"({"TableName":"things","Key":{)" + key_of(pk) + "}}");
  }
};

const std::string table_writes = "TableWriteProvisionedThroughputExceeded of things";
const std::string table_reads = "TableReadProvisionedThroughputExceeded of things";
const std::string not_provisioned = "ProvisionedThroughputExceeded";

TEST_P(throttled_statements, write_as_long_as_there_is_throughput) {
  make(units(1, 3));
  EXPECT_EQ(saying(inserting("a")), "ok");
  EXPECT_EQ(saying(updating_to("x", "a")), "ok");
  EXPECT_EQ(saying("DELETE FROM things" + where("none")), "ok") << "nothing to change takes a unit too";
  EXPECT_EQ(saying(inserting("b")), table_writes);
  EXPECT_EQ(saying(updating_to("y", "a")), table_writes);
  EXPECT_EQ(saying("DELETE FROM things" + where("a")), table_writes);
  EXPECT_EQ(putting_key("b"), table_writes) << "it is the same throughput";
  time_.advance(1s);
  EXPECT_EQ(found("a"), R"({"Item":{"pk":{"S":"a"},"sk":{"S":"s"},"v":{"S":"x"}}})") << "and left no trace";
  EXPECT_EQ(found("b"), "{}");
  EXPECT_EQ(saying(inserting("a")).substr(0, 14), "duplicate_item") << "which takes a unit";
  EXPECT_EQ(saying(updating_to("y", "b")).substr(0, 24), "conditional_check_failed");
  EXPECT_EQ(saying(updating_to("y", "a") + " AND v = 'x'"), "ok");
  EXPECT_EQ(saying(updating_to("z", "a")), table_writes);
}

TEST_P(throttled_statements, are_answered_in_the_words_of_the_item_operations) {
  make(units(1, 1));
  EXPECT_EQ(saying(inserting("a")), "ok");
  const answer put = send(operation_name::put_item, R"({"TableName":"things","Item":)" + item_of("b") + "}");
  EXPECT_EQ(send(operation_name::execute_statement, statement(inserting("b"))).body, put.body);
  EXPECT_EQ(text_member(put.body, "__type"), "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException");
}

TEST_P(throttled_statements, read_one_item_as_GetItem_does) {
  make(units(1, 100));
  EXPECT_EQ(putting_key("a"), "ok");
  EXPECT_EQ(saying(selecting("a")), "ok");
  EXPECT_EQ(saying(selecting("none")), "ok");
  EXPECT_EQ(saying(selecting("a")), table_reads);
  EXPECT_EQ(getting("a"), table_reads);
  time_.advance(1s);
  const std::string with_parameters = R"(,"Parameters":[{"S":"a"},{"S":"s"}])";
  const std::string text = "SELECT * FROM things WHERE pk = ? AND sk = ?";
  EXPECT_EQ(saying(text, with_parameters + R"(,"ConsistentRead":true)"), "ok") << "1 unit";
  EXPECT_EQ(saying(text, with_parameters), table_reads) << "also where the text is known";
}

TEST_P(throttled_statements, read_pages_as_Query_and_Scan_do) {
  make_indexed(2, 1000, 1, 1000);
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(putting(R"({"pk":{"S":"p"},"sk":{"S":")" + std::to_string(i) +
                      R"("},"g":{"S":"g"},"l":{"S":"l"},"v":{"S":")" + std::string(8000, 'x') + R"("}})"),
              "ok");
  }
  const std::string of_index = R"(SELECT * FROM "things"."by_g" WHERE g = 'g')";
  EXPECT_EQ(saying(of_index), "ok");
  EXPECT_EQ(saying(of_index), "IndexReadProvisionedThroughputExceeded of things/index/by_g");
  EXPECT_EQ(saying("SELECT * FROM things WHERE pk = 'p'", R"(,"Limit":1)"), "ok");
  EXPECT_EQ(saying(R"(SELECT * FROM "things"."by_l" WHERE pk = 'p')"), "ok");
  EXPECT_EQ(saying(R"(SELECT * FROM "things"."by_l" WHERE pk = 'p')"), table_reads);
  EXPECT_EQ(saying("SELECT * FROM things"), table_reads);
  time_.advance(2s);
  EXPECT_EQ(saying("SELECT * FROM things WHERE v = 'none'"), "ok") << "a scan, which takes what it read";
  EXPECT_EQ(saying("SELECT * FROM things WHERE v = 'none'"), table_reads);
}

TEST_P(throttled_statements, of_a_batch_are_throttled_one_by_one) {
  make(units(1, 3));
  EXPECT_EQ(codes({inserting("a"), inserting("a"), updating_to("x", "a"), updating_to("y", "a"), inserting("b")}),
            "ok DuplicateItem ok " + not_provisioned + " " + not_provisioned);
  EXPECT_EQ(
      batch({inserting("b")}).body,
      R"({"Responses":[{"Error":{"Code":"ProvisionedThroughputExceeded","Message":"The level of configured )"
      R"(provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the )"
      R"(UpdateTable API."}}]})")
      << "the whole batch has no error, as BatchWriteItem has";
  EXPECT_EQ(found("a"), R"({"Item":{"pk":{"S":"a"},"sk":{"S":"s"},"v":{"S":"x"}}})");
  EXPECT_EQ(found("b"), "{}");
  time_.advance(1s);
  EXPECT_EQ(codes({selecting("a"), selecting("b"), selecting("a")}), "ok ok " + not_provisioned);
  EXPECT_EQ(codes({selecting("a")}), not_provisioned);
  EXPECT_EQ(codes({inserting("b")}), "ok");
}

TEST_P(throttled_statements, of_a_batch_that_are_throttled_are_not_among_what_it_consumed) {
  make(units(1, 1));
  const answer came =
      send(operation_name::batch_execute_statement,
           list_of("Statements", {inserting("a"), inserting("b")}, R"(,"ReturnConsumedCapacity":"TOTAL")"));
  EXPECT_EQ(member(came.body, "ConsumedCapacity"), R"([{"CapacityUnits":1.0,"TableName":"things"}])");
}

TEST_P(throttled_statements, that_meet_an_index_without_throughput_hold_up_its_own_writes_only) {
  make_indexed(10, 100, 1, 1);
  EXPECT_EQ(saying(inserting("a", ", 'g': 'x'")), "ok");
  EXPECT_EQ(saying(inserting("b", ", 'g': 'x'")), "IndexWriteProvisionedThroughputExceeded of things/index/by_g");
  EXPECT_EQ(codes({inserting("c", ", 'g': 'x'"), inserting("d")}), not_provisioned + " ok");
  EXPECT_EQ(found("b"), "{}");
  EXPECT_EQ(found("c"), "{}");
}

TEST_P(throttled_statements, of_a_hot_partition_key_are_ThrottlingErrors) {
  make(on_demand());
  for (int i = 0; i < 10; ++i) ASSERT_EQ(putting_key("hot", 102'300), "ok");
  EXPECT_EQ(saying(updating_to("x", "hot")), "TableWriteKeyRangeThroughputExceeded of things");
  EXPECT_EQ(codes({updating_to("x", "hot"), inserting("cold")}), "ThrottlingError ok");
  EXPECT_EQ(transacting({updating_to("x", "hot"), inserting("cool")}), "ThrottlingError None");
}

TEST_P(throttled_statements, of_a_transaction_cancel_it) {
  make(units(4, 4));
  EXPECT_EQ(transacting({inserting("a"), inserting("b")}), "ok");
  EXPECT_EQ(transacting({inserting("c"), "EXISTS(SELECT * FROM things" + where("a") + " AND v IS MISSING)"}),
            not_provisioned + " " + not_provisioned)
      << "a transaction takes double";
  EXPECT_EQ(transacting({selecting("a"), selecting("c")}), "ok");
  EXPECT_EQ(transacting({selecting("a"), selecting("b")}), not_provisioned + " " + not_provisioned);
  time_.advance(2s);
  EXPECT_EQ(found("c"), "{}");
}

TEST_P(throttled_statements, of_a_transaction_that_comes_again_take_reads) {
  make(units(1, 4));
  const std::string token = R"(,"ClientRequestToken":"once")";
  EXPECT_EQ(transacting({inserting("a"), inserting("b")}, token), "ok");
  time_.advance(1s);
  EXPECT_EQ(transacting({inserting("a"), inserting("b")}, token), "ok");
  EXPECT_EQ(saying(selecting("a")), table_reads) << "4 units were taken";
  EXPECT_EQ(saying(inserting("c")), "ok") << "and none of the writes";
}

INSTANTIATE_TEST_SUITE_P(calls, throttled_statements, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(starts, throttled_statements, ::testing::Values(true));

}  // namespace

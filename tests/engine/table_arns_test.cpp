// Every operation that takes a table's name takes its ARN.
#include "stream_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

constexpr std::string_view arn = "arn:aws:dynamodb:eu-west-2:123456789012:table/users";

class table_arns : public stream_fixture {
 protected:
  void SetUp() override {
    stream_fixture::SetUp();
    const answer made = call(
        create_table,
        R"({"TableName":"users","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
        R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]})");
    ASSERT_TRUE(made.ok) << made.to_string();
  }
  /// The operation with `name` for TableName.
  std::string named(operation_name op, std::string_view name, std::string_view rest) {
    return call(op, R"({"TableName":")" + std::string(name) + '"' + std::string(rest) + "}").to_string();
  }
};

TEST_F(table_arns, name_the_table_in_every_operation_that_takes_one) {
  struct row {
    operation_name op;
    std::string_view rest;
    std::string_view answers;  ///< what the answer has
  };
  for (const row& r :
       {row{put_item, R"(,"Item":{"pk":{"S":"a"},"n":{"N":"1"}})", "{}"},
        row{get_item, R"(,"Key":{"pk":{"S":"a"}})", R"({"Item":{"n":{"N":"1"},"pk":{"S":"a"}}})"},
        row{update_item,
            R"(,"Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD n :n","ExpressionAttributeValues":{":n":{"N":"1"}},)"
            R"("ReturnValues":"UPDATED_NEW")",
            R"({"Attributes":{"n":{"N":"2"}}})"},
        row{query, R"(,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}})",
            R"("Count":1)"},
        row{scan, R"(,"ReturnConsumedCapacity":"TOTAL")", R"("TableName":"users")"},
        row{delete_item, R"(,"Key":{"pk":{"S":"a"}})", "{}"}, row{describe_table, "", R"("TableName":"users")"},
        row{update_table, R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})",
            R"("TableStatus":"UPDATING")"},
        row{delete_table, "", R"("TableStatus":"DELETING")"}}) {
    const std::string came = named(r.op, arn, r.rest);
    EXPECT_NE(came.find(r.answers), std::string::npos) << to_string(r.op) << ' ' << came;
  }
  EXPECT_EQ(named(describe_table, arn, ""), "resource_not_found: Requested resource not found: Table: users not found");
}

TEST_F(table_arns, name_tables_of_batches_and_the_answer_names_them_so) {
  const std::string quoted = '"' + std::string(arn) + '"';
  EXPECT_EQ(call(batch_write_item, R"({"RequestItems":{)" + quoted + R"(:[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]}})")
                .to_string(),
            R"({"UnprocessedItems":{}})");
  EXPECT_EQ(call(batch_get_item, R"({"RequestItems":{)" + quoted + R"(:{"Keys":[{"pk":{"S":"a"}}]}}})").to_string(),
            R"({"Responses":{)" + quoted + R"(:[{"pk":{"S":"a"}}]},"UnprocessedKeys":{}})");
  EXPECT_EQ(call(batch_get_item, R"({"RequestItems":{)" + quoted +
                                     R"(:{"Keys":[{"pk":{"S":"a"}}]},"users":{"Keys":[{"pk":{"S":"a"}}]}}})")
                .to_string(),
            "serialization: RequestItems names the table users twice");
}

TEST_F(table_arns, name_tables_of_transactions_and_an_item_is_the_same_by_either_name) {
  const std::string by_arn = R"("TableName":")" + std::string(arn) + '"';
  EXPECT_EQ(call(transact_write_items, R"({"TransactItems":[{"Put":{)" + by_arn + R"(,"Item":{"pk":{"S":"t"}}}}]})")
                .to_string(),
            "{}");
  EXPECT_EQ(
      call(transact_get_items, R"({"TransactItems":[{"Get":{)" + by_arn + R"(,"Key":{"pk":{"S":"t"}}}}]})").to_string(),
      R"({"Responses":[{"Item":{"pk":{"S":"t"}}}]})");
  EXPECT_EQ(call(transact_write_items, R"({"TransactItems":[{"Delete":{)" + by_arn +
                                           R"(,"Key":{"pk":{"S":"t"}}}},{"Put":{"TableName":"users",)"
                                           R"("Item":{"pk":{"S":"t"}}}}]})")
                .to_string(),
            "validation: Transaction request cannot include multiple operations on one item");
}

TEST_F(table_arns, name_the_table_that_a_list_is_narrowed_to) {
  ASSERT_TRUE(call(update_contributor_insights, R"({"TableName":"users","ContributorInsightsAction":"ENABLE"})").ok);
  const std::string by_name = named(list_contributor_insights, "users", "");
  EXPECT_NE(by_name.find(R"("TableName":"users")"), std::string::npos) << by_name;
  EXPECT_EQ(named(list_contributor_insights, arn, ""), by_name);
  EXPECT_EQ(named(list_contributor_insights, "arn:aws:dynamodb:eu-west-2:123456789012:table/others", ""),
            named(list_contributor_insights, "others", ""));
  EXPECT_EQ(named(list_backups, arn, ""), R"({"BackupSummaries":[]})");
  EXPECT_NE(named(list_backups, std::string(arn) + "/index/by_name", "").find("Member must satisfy regular expression"),
            std::string::npos);
}

TEST_F(table_arns, of_anything_else_are_no_names) {
  for (const std::string& name :
       {std::string(arn) + "/index/by_name", std::string(arn) + "/stream/2026",
        std::string("arn:aws:sqs:eu-west-2:123456789012:table/users"), std::string("arn:x")}) {
    EXPECT_EQ(named(describe_table, name, ""),
              "validation: 1 validation error detected: Value '" + name +
                  "' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                  "[a-zA-Z0-9_.-]+");
  }
}

TEST_F(table_arns, name_no_new_table) {
  const std::string came =
      named(create_table, arn,
            R"(,"BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
            R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}])");
  EXPECT_NE(came.find("Member must satisfy regular expression pattern"), std::string::npos) << came;
}

TEST_F(table_arns, names_of_one_letter_are_looked_for) {
  EXPECT_EQ(named(get_item, "x", R"(,"Key":{"pk":{"S":"a"}})"), "resource_not_found: Requested resource not found");
  EXPECT_EQ(
      named(get_item, "", R"(,"Key":{"pk":{"S":"a"}})"),
      "validation: 1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: Member must "
      "have length greater than or equal to 1");
}

}  // namespace

// What Query, Scan and the batches say is wrong, in the words of both eras.
#include <dynamo/database_options.hpp>
#include <engine/engine.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace dynamo;
using enum operation_name;

std::string told(error_wording wording, operation_name operation, std::string_view body) {
  database_options options;
  options.wording = wording;
  const auto opened = engine::open_in_memory(options);
  EXPECT_TRUE(opened);
  const auto made = (*opened)->call(request(create_table, json::buffer(std::string_view(R"({"TableName":"things",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
    "BillingMode":"PAY_PER_REQUEST"})"))));
  EXPECT_TRUE(made);
  const auto came = (*opened)->call(request(operation, json::buffer(body)));
  return came ? "accepted" : std::string(came.error().message());
}

TEST(read_wording, is_of_its_era) {
  const std::string one = "1 validation error detected: ";
  const std::string fails = " failed to satisfy constraint: Member must have ";
  const struct {
    operation_name operation;
    std::string body, of_2026, of_2025;
  } rows[] = {
      {scan, R"({"TableName":"things","Limit":0})",
       one + "Value at 'Limit'" + fails + "value greater than or equal to 1",
       one + "Value '0' at 'limit'" + fails + "value greater than or equal to 1"},
      {scan, R"({"TableName":"things","Segment":-1,"TotalSegments":0})",
       one + "Value at 'Segment'" + fails + "value greater than or equal to 0",
       "2 validation errors detected: Value '-1' at 'segment'" + fails +
           "value greater than or equal to 0; Value '0' at 'totalSegments'" + fails +
           "value greater than or equal to 1"},
      {scan, R"({"TableName":"things","Segment":5,"TotalSegments":5})",
       "The Segment parameter is zero-based and must be less than parameter TotalSegments",
       "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than "
       "TotalSegments: 5"},
      {scan, R"({"TableName":"things","ExclusiveStartKey":{"pk":{"N":"1"}}})", "The provided starting key is invalid",
       "The provided starting key is invalid: The provided key element does not match the schema"},
      {scan, R"({"TableName":"things","Select":"SPECIFIC_ATTRIBUTES"})",
       one + "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
       "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
      {batch_get_item, R"({"RequestItems":{}})",
       one + "Value at 'RequestItems'" + fails + "length greater than or equal to 1",
       "The requestItems parameter is required for BatchGetItem"},
      {batch_write_item, R"({"RequestItems":{}})",
       one + "Value at 'RequestItems'" + fails + "length greater than or equal to 1",
       "The requestItems parameter is required for BatchWriteItem"},
      {batch_get_item, R"({"RequestItems":{"things":{"Keys":[]}}})",
       one + "Value at 'RequestItems.things.member.Keys'" + fails + "length greater than or equal to 1",
       one + "Value '[]' at 'requestItems.things.member.keys'" + fails + "length greater than or equal to 1"},
      {query,
       R"({"TableName":"none","KeyConditionExpression":"pk = :p AND pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}})",
       "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
       "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(told(error_wording::of_2026, row.operation, row.body), row.of_2026) << row.body;
    EXPECT_EQ(told(error_wording::of_2025, row.operation, row.body), row.of_2025) << row.body;
  }
}

TEST(read_wording, of_tables_is_the_older_one_in_both) {
  for (const error_wording era : {error_wording::of_2026, error_wording::of_2025}) {
    EXPECT_EQ(
        told(era, list_tables, R"({"ExclusiveStartTableName":""})"),
        "2 validation errors detected: Value '' at 'exclusiveStartTableName' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '' at 'exclusiveStartTableName' failed to satisfy "
        "constraint: Member must have length greater than or equal to 3");
    EXPECT_EQ(told(era, create_table, R"({"TableName":"others","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
      "AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}],
      "ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1}})"),
              "Given value 1000000000001 for ReadCapacityUnits is out of bounds");
  }
}

}  // namespace

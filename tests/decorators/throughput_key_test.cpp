#include <decorators/throughput_key.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

std::string written(const std::vector<throughput_key>& keys) {
  std::string all;
  for (const throughput_key& key : keys) {
    if (!all.empty()) all += ' ';
    all += key.capacity == capacity_kind::read ? "r:" : key.capacity == capacity_kind::write ? "w:" : "-:";
    all += key.resource;
  }
  return all;
}

std::vector<throughput_key> throughput_of(operation_name operation, std::string_view body) {
  return dynamo::throughput_of(request(operation, json::buffer(body)));
}

TEST(ThroughputKey, IsWhatARequestDrawsOn) {
  using enum operation_name;
  struct {
    operation_name operation;
    std::string_view body, expected;
  } const cases[] = {
      {get_item, R"({"TableName":"t","Key":{}})", "r:t"},
      {put_item, R"({"TableName":"t"})", "w:t"},
      {get_item, R"({"TableName":"arn:aws:dynamodb:eu-west-1:123456789012:table/t"})", "r:t"},
      {query, R"({"TableName":"t"})", "r:t"},
      {query, R"({"TableName":"t","Limit":1,"IndexName":"i"})", "r:t/index/i"},
      {query, R"({"IndexName":"i","TableName":"t"})", "r:t/index/i"},
      {scan, R"({"TableName":"t","IndexName":"i"})", "r:t/index/i"},
      {scan, R"({"TableName":"t","IndexName":7})", "r:t"},
      {put_item, R"({"TableName":"t","IndexName":"i"})", "w:t"},
      {batch_get_item, R"({"RequestItems":{"t":{},"u":{}}})", "r:t r:u"},
      {batch_write_item, R"({"RequestItems":{"t":[],"u":[]}})", "w:t w:u"},
      {transact_write_items, R"({"TransactItems":[{"Put":{"TableName":"t"}},{"Put":{"TableName":"u"}}]})", "w:t w:u"},
      {execute_statement, R"({"Statement":"SELECT * FROM t"})", "r:"},
      {execute_statement, R"({"Statement":"DELETE FROM t WHERE pk = 1"})", "w:"},
      {describe_table, R"({"TableName":"t"})", "-:(control plane)"},
      {list_tables, "{}", "-:(control plane)"},
      {get_records, R"({"ShardIterator":"x"})", "-:(streams)"},
      {get_item, "{", "r:"},
      {get_item, "", "r:"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(written(throughput_of(each.operation, each.body)), each.expected) << each.body;
}

TEST(ThroughputKey, WhatReasonsNameIsThrottledElseAllThatWasDrawnOn) {
  using enum operation_name;
  const auto get = throughput_of(get_item, R"({"TableName":"t"})");
  const auto put = throughput_of(put_item, R"({"TableName":"t"})");
  const auto index = throughput_of(query, R"({"TableName":"t","IndexName":"i"})");
  const auto batch = throughput_of(batch_get_item, R"({"RequestItems":{"t":{},"u":{}}})");
  const auto statement = throughput_of(execute_statement, R"({"Statement":"SELECT * FROM t"})");
  const auto reason = [](std::string_view why, std::string_view resource) {
    return R"({"reason":")" + std::string(why) + R"(","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/)" +
           std::string(resource) + R"("})";
  };
  struct {
    std::string name;
    std::vector<throughput_key> drawn_on;
    std::string reasons;
    std::string_view expected;
  } const cases[] = {
      {"no reason", get, "", "r:t"},
      {"no reason, a batch", batch, "", "r:t r:u"},
      {"the table", get, reason("TableReadProvisionedThroughputExceeded", "t"), "r:t"},
      {"one of a batch", batch, reason("TableReadKeyRangeThroughputExceeded", "u"), "r:u"},
      {"both of a batch", batch, reason("TableReadX", "u") + "," + reason("TableReadX", "t"), "r:u r:t"},
      {"the same twice", get, reason("TableReadX", "t") + "," + reason("TableReadY", "t"), "r:t"},
      {"an index that is read", index, reason("IndexReadAccountLimitExceeded", "t/index/i"), "r:t/index/i"},
      {"a local index, held up by its table", index, reason("TableReadX", "t"), "r:t/index/i r:t"},
      {"an index that writes go to", put, reason("IndexWriteMaxOnDemandThroughputExceeded", "t/index/i"), "w:t"},
      {"a statement's table", statement, reason("TableReadX", "t"), "r:t r:"},
      {"a table that it does not name", get, reason("TableReadX", "u"), "r:u r:t"},
      {"a table whose name begins alike", get, reason("TableReadX", "t2"), "r:t2 r:t"},
      {"another index", index, reason("IndexReadX", "t/index/j"), "r:t/index/j r:t/index/i"},
      {"an unknown reason", get, reason("SomethingNew", "t"), "r:t"},
      {"a stream of the table", get, reason("X", "t/stream/2026-01-01T00:00:00.000"), "r:t"},
      {"no resource", get, R"({"reason":"TableReadX"})", "r:t"},
      {"no ARN", get, R"({"reason":"TableReadX","resource":"t"})", "r:t"},
  };
  for (const auto& each : cases) {
    const error why({.code = errc::throttled, .body = R"({"ThrottlingReasons":[)" + each.reasons + "]}"});
    EXPECT_EQ(written(throttled_by(why, each.drawn_on)), each.expected) << each.name;
  }
}

TEST(ThroughputKey, OtherErrorsThrottleNothing) {
  const std::vector<throughput_key> drawn_on{{capacity_kind::read, "t"}};
  for (const errc code : {errc::validation, errc::internal_server_error, errc::transport, errc::cancelled})
    EXPECT_TRUE(throttled_by(error(code, ""), drawn_on).empty());
  EXPECT_EQ(throttled_by(error(errc::limit_exceeded, ""), drawn_on).size(), 1U);
}

}  // namespace
}  // namespace dynamo

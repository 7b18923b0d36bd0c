// The embedded endpoint as a wire protocol: JSON in, JSON or a typed error out.
#include <dynamo/json/canonical.hpp>
#include <engine/engine.hpp>

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace dynamo;

class wire : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = engine::open_in_memory({});
    ASSERT_TRUE(opened) << opened.error().describe();
    endpoint_ = *opened;
  }

  std::string call(operation_name op, std::string_view body) {
    auto answer = endpoint_->call(request(op, json::buffer(body)));
    if (answer) return std::string(answer->body.view());
    return std::string(to_string(answer.error().code())) + ": " + answer.error().message();
  }
  void make_table(std::string_view extra = "") {
    const std::string made = call(operation_name::create_table, std::string(R"({"TableName":"movies",
      "AttributeDefinitions":[{"AttributeName":"year","AttributeType":"N"},{"AttributeName":"title","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"year","KeyType":"HASH"},{"AttributeName":"title","KeyType":"RANGE"}],
      "BillingMode":"PAY_PER_REQUEST")") + std::string(extra) + "}");
    ASSERT_NE(made.find("CREATING"), std::string::npos) << made;
  }
  std::string put(std::string_view item, std::string_view extra = "") {
    return call(operation_name::put_item,
                std::string(R"({"TableName":"movies","Item":)") + std::string(item) + std::string(extra) + "}");
  }

  std::shared_ptr<endpoint> endpoint_;
};

TEST_F(wire, an_item_put_is_the_item_got) {
  make_table();
  EXPECT_EQ(put(R"({"year":{"N":"2013"},"title":{"S":"Rush"},"info":{"M":{"rank":{"N":"2.0"}}}})"), "{}");
  EXPECT_EQ(
      call(operation_name::get_item, R"({"TableName":"movies","Key":{"title":{"S":"Rush"},"year":{"N":"2013"}}})"),
      R"({"Item":{"info":{"M":{"rank":{"N":"2"}}},"title":{"S":"Rush"},"year":{"N":"2013"}}})");
  EXPECT_EQ(
      call(operation_name::get_item, R"({"TableName":"movies","Key":{"title":{"S":"Rusk"},"year":{"N":"2013"}}})"),
      "{}");
}

TEST_F(wire, limits_and_endpoints_are_described) {
  EXPECT_EQ(call(operation_name::describe_limits, "{}"),
            R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,)"
            R"("TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000})");
  EXPECT_EQ(call(operation_name::describe_endpoints, R"({"unknown":[1]})"),
            R"({"Endpoints":[{"Address":"localhost","CachePeriodInMinutes":1440}]})");
  EXPECT_EQ(call(operation_name::describe_limits, "{} x"), "serialization: Trailing data after the JSON object");
}

TEST_F(wire, a_failed_condition_hands_over_the_item) {
  make_table();
  put(R"({"year":{"N":"2013"},"title":{"S":"Rush"}})");
  auto answer =
      endpoint_->call(request(operation_name::put_item, json::buffer(std::string_view(R"json({"TableName":"movies",
    "Item":{"year":{"N":"2013"},"title":{"S":"Rush"},"x":{"BOOL":true}},"ConditionExpression":"attribute_not_exists(title)",
    "ReturnValuesOnConditionCheckFailure":"ALL_OLD"})json"))));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().conditional_check_failed());
  EXPECT_EQ(answer.error().message(), "The conditional request failed");
  EXPECT_NE(answer.error().detail().body.find(R"("Item":{"title":{"S":"Rush"},"year":{"N":"2013"}})"),
            std::string::npos);
}

TEST_F(wire, an_update_of_an_absent_item_creates_it) {
  make_table();
  EXPECT_EQ(
      call(operation_name::update_item, R"({"TableName":"movies","Key":{"year":{"N":"1999"},"title":{"S":"Matrix"}},
    "UpdateExpression":"SET #i.a = :v ADD n :one","ExpressionAttributeNames":{"#i":"info"},
    "ExpressionAttributeValues":{":v":{"S":"x"},":one":{"N":"1"}},"ReturnValues":"ALL_NEW"})"),
      "validation: The document path provided in the update expression is invalid for update");
  EXPECT_EQ(
      call(operation_name::update_item, R"({"TableName":"movies","Key":{"year":{"N":"1999"},"title":{"S":"Matrix"}},
    "UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"UPDATED_NEW"})"),
      R"({"Attributes":{"n":{"N":"1"}}})");
}

TEST_F(wire, an_update_that_only_takes_away_creates_no_item) {
  make_table(R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
  const std::string key = R"({"TableName":"movies","Key":{"year":{"N":"2013"},"title":{"S":"Rush"}})";
  const auto update = [&](const std::string& more) { return call(operation_name::update_item, key + more + "}"); };
  EXPECT_EQ(update(R"(,"UpdateExpression":"REMOVE plot","ReturnValues":"ALL_NEW")"), "{}");
  EXPECT_EQ(update(R"(,"UpdateExpression":"DELETE genres :g","ExpressionAttributeValues":{":g":{"SS":["War"]}})"),
            "{}");
  EXPECT_EQ(update(R"(,"UpdateExpression":"REMOVE plot.x[3].y DELETE crew.y :g",)"
                   R"("ExpressionAttributeValues":{":g":{"SS":["War"]}},"ReturnValues":"UPDATED_OLD")"),
            "{}")
      << "there is nothing below what is not there";
  EXPECT_EQ(call(operation_name::get_item, key + "}"), "{}");
  // With anything to give, or with no expression at all, there is an item afterwards.
  EXPECT_EQ(update(R"(,"UpdateExpression":"REMOVE plot ADD seen :v","ExpressionAttributeValues":{":v":{"N":"1"}})"),
            "{}");
  EXPECT_EQ(call(operation_name::get_item, key + "}"),
            R"({"Item":{"seen":{"N":"1"},"title":{"S":"Rush"},"year":{"N":"2013"}}})");
}

TEST_F(wire, a_query_goes_both_ways_and_resumes) {
  make_table();
  for (const char* title : {"A", "B", "C", "D"}) {
    put(std::string(R"({"year":{"N":"2000"},"title":{"S":")") + title + R"("}})");
  }
  EXPECT_EQ(call(operation_name::query, R"({"TableName":"movies","KeyConditionExpression":"#y = :y","Limit":2,
    "ScanIndexForward":false,"ExpressionAttributeNames":{"#y":"year"},"ExpressionAttributeValues":{":y":{"N":"2000"}},
    "ExclusiveStartKey":{"year":{"N":"2000"},"title":{"S":"D"}}})"),
            R"({"Items":[{"title":{"S":"C"},"year":{"N":"2000"}},{"title":{"S":"B"},"year":{"N":"2000"}}],"Count":2,)"
            R"("ScannedCount":2,"LastEvaluatedKey":{"title":{"S":"B"},"year":{"N":"2000"}}})");
}

TEST_F(wire, a_scan_in_segments_sees_every_item_once) {
  make_table();
  for (int i = 0; i < 50; ++i) put(R"({"year":{"N":")" + std::to_string(1900 + i) + R"("},"title":{"S":"T"}})");
  int seen = 0;
  for (int segment = 0; segment < 7; ++segment) {
    const std::string page =
        call(operation_name::scan,
             R"({"TableName":"movies","Select":"COUNT","TotalSegments":7,"Segment":)" + std::to_string(segment) + "}");
    seen += std::stoi(page.substr(page.find(':') + 1));
  }
  EXPECT_EQ(seen, 50);
}

TEST_F(wire, every_change_of_a_table_with_a_stream_is_recorded_once_and_in_order) {
  make_table(R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"})");
  put(R"({"year":{"N":"1"},"title":{"S":"a"}})");
  put(R"({"year":{"N":"1"},"title":{"S":"a"}})");  // changes nothing
  put(R"({"year":{"N":"1"},"title":{"S":"a"},"x":{"S":"y"}})");
  call(operation_name::delete_item, R"({"TableName":"movies","Key":{"year":{"N":"1"},"title":{"S":"a"}}})");
  call(operation_name::delete_item,
       R"({"TableName":"movies","Key":{"year":{"N":"1"},"title":{"S":"a"}}})");  // nothing there
  const std::string table = call(operation_name::describe_table, R"({"TableName":"movies"})");
  const auto field = [](std::string_view in, std::string_view name) {
    const auto at = in.find("\"" + std::string(name) + "\":\"");
    const auto start = at + name.size() + 4;
    return at == std::string_view::npos ? std::string() : std::string(in.substr(start, in.find('"', start) - start));
  };
  const std::string arn = field(table, "LatestStreamArn");
  const std::string stream = call(operation_name::describe_stream, R"({"StreamArn":")" + arn + "\"}");
  const std::string iterator = call(operation_name::get_shard_iterator, R"({"StreamArn":")" + arn + R"(","ShardId":")" +
                                                                            field(stream, "ShardId") +
                                                                            R"(","ShardIteratorType":"TRIM_HORIZON"})");
  const std::string records =
      call(operation_name::get_records, R"({"ShardIterator":")" + field(iterator, "ShardIterator") + "\"}");
  std::vector<std::string> kinds;
  for (std::size_t at = records.find("eventName\":\""); at != std::string::npos;
       at = records.find("eventName\":\"", at + 1)) {
    kinds.push_back(records.substr(at + 12, 6));
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"INSERT", "MODIFY", "REMOVE"})) << records;
}

TEST_F(wire, a_table_created_anew_in_the_same_millisecond_has_a_stream_of_its_own) {
  std::vector<std::string> arns;
  for (int i = 0; i < 5; ++i) {
    const std::string made = call(operation_name::create_table, R"({"TableName":"movies",
      "AttributeDefinitions":[{"AttributeName":"year","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"year","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",
      "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}})");
    const auto at = made.find("LatestStreamArn");
    ASSERT_NE(at, std::string::npos) << made;
    arns.push_back(made.substr(at, made.find(',', at) - at));
    call(operation_name::delete_table, R"({"TableName":"movies"})");
  }
  EXPECT_EQ(std::set<std::string>(arns.begin(), arns.end()).size(), arns.size()) << arns.front();
}

TEST_F(wire, what_does_not_exist_yet_says_so) {
  EXPECT_EQ(call(operation_name::create_backup, "{}"),
            "not_supported: CreateBackup is not supported by the embedded engine yet");
}

}  // namespace

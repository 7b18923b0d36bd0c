#include "served.hpp"

#include <dynamo/http/detail/crc32.hpp>

#include <gtest/gtest.h>
#include <support/wire.hpp>

#include <set>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using testing_support::call_text;
using testing_support::create_table_text;
using testing_support::elements;
using testing_support::http_answer;
using testing_support::member;
using testing_support::served;
using testing_support::text_member;

TEST(server, puts_and_gets_on_one_connection) {
  const served s;
  auto client = s.connect();
  ASSERT_EQ(client.ask(call_text("CreateTable", create_table_text))->status, 200);
  const auto put =
      client.ask(call_text("PutItem", R"({"TableName":"things","Item":{"id":{"S":"a"},"n":{"N":"1.50"}}})"));
  ASSERT_TRUE(put);
  EXPECT_EQ(put->status, 200);
  EXPECT_EQ(put->body, "{}");
  const auto got = client.ask(call_text("GetItem", R"({"TableName":"things","Key":{"id":{"S":"a"}}})"));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, R"({"Item":{"id":{"S":"a"},"n":{"N":"1.5"}}})");
  EXPECT_EQ(got->field("content-type"), "application/x-amz-json-1.0");
}

TEST(server, responses_carry_a_checksum_and_an_id_of_their_own) {
  const served s;
  auto client = s.connect();
  std::set<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    const auto got = client.ask(call_text("ListTables", "{}"));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->field("x-amz-crc32"), std::to_string(http::crc32(got->body)));
    EXPECT_EQ(got->field("x-amzn-requestid").size(), 52u);
    ids.insert(got->field("x-amzn-requestid"));
  }
  EXPECT_EQ(ids.size(), 10u);
}

TEST(server, errors_come_as_dynamodb_writes_them) {
  const served s;
  ASSERT_EQ(s.call("CreateTable", create_table_text).status, 200);
  const struct {
    std::string operation, body, type;
  } rows[] = {
      {"GetItem", R"({"TableName":"nothing","Key":{"id":{"S":"a"}}})",
       "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"},
      {"CreateTable", std::string(create_table_text), "com.amazonaws.dynamodb.v20120810#ResourceInUseException"},
      {"GetItem", R"({"TableName":"things","Key":{"wrong":{"S":"a"}}})",
       "com.amazon.coral.validate#ValidationException"},
      {"GetItem", "", "com.amazon.coral.service#SerializationException"},
      {"GetItem", "[]", "com.amazon.coral.service#SerializationException"},
      {"GetItem", R"({"TableName":)", "com.amazon.coral.service#SerializationException"},
      {"GetItem", "{\"TableName\":\"\xff\"}", "com.amazon.coral.service#SerializationException"},
      {"PutItem",
       R"json({"TableName":"things","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(id)"})json",
       "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"},
      {"NoSuchThing", "{}", "com.amazon.coral.service#UnknownOperationException"},
      {"CreateGlobalTable", "{}", "com.amazon.coral.service#UnknownOperationException"},
  };
  for (const auto& row : rows) {
    const http_answer got = s.call(row.operation, row.body);
    EXPECT_EQ(got.status, 400) << row.operation << ' ' << row.body;
    EXPECT_EQ(text_member(got.body, "__type"), row.type) << got.body;
    EXPECT_EQ(got.field("x-amz-crc32"), std::to_string(http::crc32(got.body)));
  }
}

TEST(server, reads_a_stream) {
  const served s;
  auto client = s.connect();
  const auto created = client.ask(call_text("CreateTable", create_table_text));
  const std::string arn = text_member(member(created->body, "TableDescription").value_or("{}"), "LatestStreamArn");
  for (const char* id : {"a", "b"}) {
    ASSERT_EQ(
        client.ask(call_text("PutItem", R"({"TableName":"things","Item":{"id":{"S":")" + std::string(id) + "\"}}}"))
            ->status,
        200);
  }
  constexpr std::string_view streams = "DynamoDBStreams_20120810";
  const http_answer stream = s.call("DescribeStream", R"({"StreamArn":")" + arn + "\"}", streams);
  ASSERT_EQ(stream.status, 200) << stream.body;
  const auto shards = elements(*member(*member(stream.body, "StreamDescription"), "Shards"));
  std::size_t records = 0;
  for (const std::string& shard : shards) {
    const http_answer iterator = s.call("GetShardIterator",
                                        R"({"StreamArn":")" + arn + R"(","ShardId":")" + text_member(shard, "ShardId") +
                                            R"(","ShardIteratorType":"TRIM_HORIZON"})",
                                        streams);
    const http_answer page =
        s.call("GetRecords", R"({"ShardIterator":")" + text_member(iterator.body, "ShardIterator") + "\"}", streams);
    ASSERT_EQ(page.status, 200) << page.body;
    records += elements(*member(page.body, "Records")).size();
  }
  EXPECT_EQ(records, 2u);
}

TEST(server, sixteen_megabytes_pass_and_one_byte_more_does_not) {
  const served s;
  const std::size_t limit = 16u * 1'024 * 1'024;
  const http_answer largest = s.call("GetItem", std::string(limit, ' '));
  EXPECT_EQ(text_member(largest.body, "__type"), "com.amazon.coral.service#SerializationException") << largest.status;
  const http_answer refused = s.call("GetItem", std::string(limit + 1, ' '));
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(text_member(refused.body, "__type"), "com.amazon.coral.service#RequestEntityTooLargeException");
  EXPECT_EQ(refused.field("x-amz-crc32"), std::to_string(http::crc32(refused.body)));
}

TEST(server, says_that_it_is_healthy_and_in_which_region) {
  server_options options;
  options.region = "eu-central-1";
  const served s(options);
  const auto got = s.connect().ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "healthy: dynamodb.eu-central-1.amazonaws.com ");
}

TEST(server, pages_of_this_machine_may_call_it_and_others_may_not) {
  const served s;
  auto client = s.connect();
  const std::string rest = "Host: a\r\nAccess-Control-Request-Headers: x-amz-target\r\n\r\n";
  const auto near = client.ask("OPTIONS / HTTP/1.1\r\nOrigin: http://localhost:3000\r\n" + rest);
  EXPECT_EQ(near->status, 200);
  EXPECT_EQ(near->field("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(near->field("access-control-allow-headers"), "x-amz-target");
  const auto far = client.ask("OPTIONS / HTTP/1.1\r\nOrigin: https://evil.com\r\n" + rest);
  EXPECT_EQ(far->status, 403);
  EXPECT_EQ(far->field("access-control-allow-origin"), "");
}

TEST(server, answers_what_came_before_the_end_of_the_database_handle) {
  auto s = std::make_unique<served>();
  ASSERT_EQ(s->call("CreateTable", create_table_text).status, 200);
  auto client = s->connect();
  std::string puts;
  for (int i = 0; i < 50; ++i)
    puts += call_text("PutItem", R"({"TableName":"things","Item":{"id":{"S":")" + std::to_string(i) + "\"}}}");
  ASSERT_TRUE(client.send(puts));
  ASSERT_EQ(client.receive()->status, 200);
  s.reset();  // some of them are under way
  int answered = 1;
  while (const auto got = client.receive()) answered += got->status == 200 ? 1 : 1'000;
  EXPECT_LE(answered, 50);
}

}  // namespace
}  // namespace dynamo

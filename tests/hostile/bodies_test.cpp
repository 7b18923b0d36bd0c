// Bodies that are no requests.
#include "../support/seeds.hpp"
#include "endpoint_fixture.hpp"

#include <array>
#include <random>
#include <utility>
#include <vector>

namespace {

using namespace dynamo;
using namespace dynamo::hostile;
using testing_support::answer;

class hostile_bodies : public endpoint_fixture {
 protected:
  /// A valid request of every operation that the engine executes. The names of tables are such that none spoils another.
  std::vector<std::pair<operation_name, std::string>> valid_requests() {
    const std::string key = R"("Key":{"pk":{"S":"k"},"sk":{"N":"2"}})";
    const std::string stream =
        testing_support::member(ask(operation_name::describe_stream, arn_text()).body, "StreamDescription")
            .value_or("{}");
    const auto shards = testing_support::elements(testing_support::member(stream, "Shards").value_or("[]"));
    const std::string iterator_text =
        R"({"StreamArn":")" + stream_arn_ + R"(","ShardId":")" +
        testing_support::text_member(shards.empty() ? "{}" : shards.front(), "ShardId") +
        R"(","ShardIteratorType":"AFTER_SEQUENCE_NUMBER","SequenceNumber":"110680464442257309697"})";
    const std::string iterator =
        testing_support::text_member(ask(operation_name::get_shard_iterator, iterator_text).body, "ShardIterator");
    return {
        {operation_name::put_item,
         R"({"TableName":"things","Item":{"pk":{"S":"k"},"sk":{"N":"2"},"v":{"L":[{"M":{"x":{"B":"QQ=="}}},{"NS":["1","2"]},{"BOOL":true}]}},)"
         R"("ConditionExpression":"attribute_not_exists(#z) OR v <> :v","ExpressionAttributeNames":{"#z":"z"},)"
         R"("ExpressionAttributeValues":{":v":{"NULL":true}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"})"},
        {operation_name::update_item,
         R"({"TableName":"things",)" + key +
             R"(,"UpdateExpression":"SET w = if_not_exists(w, :n) + :n REMOVE x ADD s :s","ExpressionAttributeValues":)"
             R"({":n":{"N":"1"},":s":{"SS":["a"]}},"ReturnValues":"UPDATED_NEW"})"},
        {operation_name::get_item,
         R"({"TableName":"things",)" + key + R"(,"ConsistentRead":true,"ProjectionExpression":"v[0].x, w"})"},
        {operation_name::query,
         R"({"TableName":"things","KeyConditionExpression":"pk = :p AND sk BETWEEN :a AND :b","FilterExpression":"w > :a",)"
         R"("ExpressionAttributeValues":{":p":{"S":"k"},":a":{"N":"0"},":b":{"N":"9"}},"Limit":5,"ScanIndexForward":false,)"
         R"("ExclusiveStartKey":{"pk":{"S":"k"},"sk":{"N":"5"}},"Select":"COUNT"})"},
        {operation_name::scan, R"({"TableName":"things","TotalSegments":3,"Segment":1,"Limit":10})"},
        {operation_name::delete_item, R"({"TableName":"things",)" + key + R"(,"ReturnValues":"ALL_OLD"})"},
        {operation_name::create_table, create_text("second")},
        {operation_name::describe_table, R"({"TableName":"things"})"},
        {operation_name::list_tables, R"({"ExclusiveStartTableName":"aaa","Limit":3})"},
        {operation_name::update_table, R"({"TableName":"second","StreamSpecification":{"StreamEnabled":false}})"},
        {operation_name::delete_table, R"({"TableName":"second"})"},
        {operation_name::batch_get_item,
         R"({"RequestItems":{"things":{"Keys":[{"pk":{"S":"k"},"sk":{"N":"1"}},{"pk":{"S":"k"},"sk":{"N":"2"}}],)"
         R"("ConsistentRead":true,"ProjectionExpression":"#v, w","ExpressionAttributeNames":{"#v":"v"}}},)"
         R"("ReturnConsumedCapacity":"INDEXES"})"},
        {operation_name::batch_write_item,
         R"({"RequestItems":{"things":[{"PutRequest":{"Item":{"pk":{"S":"k"},"sk":{"N":"7"},"v":{"SS":["a","b"]}}}},)"
         R"({"DeleteRequest":{"Key":{"pk":{"S":"k"},"sk":{"N":"8"}}}}]},"ReturnConsumedCapacity":"TOTAL",)"
         R"("ReturnItemCollectionMetrics":"SIZE"})"},
        {operation_name::list_streams,
         R"({"TableName":"things","Limit":3,"ExclusiveStartStreamArn":")" + stream_arn_ + "\"}"},
        {operation_name::describe_stream, arn_text()},
        {operation_name::get_shard_iterator, iterator_text},
        {operation_name::get_records, R"({"ShardIterator":")" + iterator + R"(","Limit":2})"},
    };
  }
  std::string arn_text() const { return R"({"StreamArn":")" + stream_arn_ + "\"}"; }

  /// An error of the caller, with words.
  static void expect_refusal(const answer& told, std::string_view sent) {
    ASSERT_FALSE(told.ok) << sent << "\n  told " << told.body;
    EXPECT_TRUE(told.code == errc::serialization || told.code == errc::validation)
        << sent << "\n  told " << told.to_string();
    EXPECT_FALSE(told.message.empty()) << sent;
  }
  /// Any answer but one that says that the engine is broken.
  static void expect_answer(const answer& told, std::string_view sent) {
    if (told.ok) return;
    EXPECT_FALSE(told.message.empty()) << sent;
    EXPECT_TRUE(told.code != errc::internal_server_error && told.code != errc::corruption &&
                told.code != errc::storage && told.code != errc::read_only && told.code != errc::unrecognized)
        << sent << "\n  told " << told.to_string();
  }
};

TEST_F(hostile_bodies, the_valid_requests_are_valid) {
  for (const auto& [op, body] : valid_requests()) {
    const answer told = ask(op, body);
    EXPECT_TRUE(told.ok) << body << "\n  told " << told.to_string();
  }
}

TEST_F(hostile_bodies, every_prefix_of_a_request_is_refused) {
  for (const auto& [op, body] : valid_requests()) {
    for (std::size_t size = 0; size < body.size(); ++size)
      expect_refusal(ask(op, body.substr(0, size)), body.substr(0, size));
  }
}

TEST_F(hostile_bodies, a_request_with_something_behind_it_is_refused) {
  for (const auto& [op, body] : valid_requests()) {
    for (const std::string_view tail : {"x", "{}", "}", ",", "\"", "\x01"})
      expect_refusal(ask(op, body + std::string(tail)), body);
    const answer told = ask(op, body + " \r\n\t");
    EXPECT_TRUE(told.ok) << body << "\n  told " << told.to_string();
  }
}

TEST_F(hostile_bodies, what_is_no_object_is_refused) {
  for (const auto& [op, body] : valid_requests()) {
    for (const std::string_view sent :
         {"",   " ",   "[]",     "[{}]",     "null",       "1",       "\"x\"", "true",           "{",     "}", "]",
          "{]", "{,}", "{\"\"}", "{\"a\":}", "{\"a\":1,}", "{'a':1}", "{a:1}", "\xef\xbb\xbf{}", "//\n{}"}) {
      expect_refusal(ask(op, sent), sent);
    }
    if (op != operation_name::list_tables && op != operation_name::list_streams) expect_refusal(ask(op, "{}"), "{}");
  }
}

TEST_F(hostile_bodies, a_hundred_thousand_brackets_are_refused) {
  constexpr std::size_t many = 100'000;
  const std::vector<std::string> bodies{
      repeated("[", many),
      repeated("[", many) + repeated("]", many),
      repeated("{\"a\":", many),
      R"({"TableName":"things","Unknown":)" + repeated("[", many) + repeated("]", many) + "}",
      R"({"TableName":"things","Item":)" + repeated(R"({"a":)", many),
      R"({"TableName":"things","Item":{"pk":)" + repeated(R"({"L":[)", many) + repeated("]}", many) + "}}",
      R"({"TableName":"things","Key":{"pk":)" + repeated(R"({"M":{"a":)", many) + "1" + repeated("}}", many) + "}}",
      R"({"TableName":"things","ExpressionAttributeValues":{":v":)" + repeated(R"({"L":[)", many) +
          repeated("]}", many) + "}}",
      R"({"KeySchema":)" + repeated("[", many),
      R"({"AttributeDefinitions":[)" + repeated(R"({"a":)", many),
      R"({"StreamSpecification":)" + repeated(R"({"StreamEnabled":)", many)};
  for (const auto& [op, valid] : valid_requests()) {
    for (const std::string& body : bodies) expect_refusal(ask(op, body), body.substr(0, 60));
  }
}

// Wrong types everywhere: each parameter of each request in each shape that JSON has.
TEST_F(hostile_bodies, a_parameter_of_any_shape_gets_an_answer) {
  constexpr auto shapes = std::to_array<std::string_view>({"null",
                                                           "true",
                                                           "0",
                                                           "-1",
                                                           "1.5",
                                                           "1e99",
                                                           "99999999999999999999",
                                                           "\"\"",
                                                           "\"x\"",
                                                           "[]",
                                                           "{}",
                                                           "[1]",
                                                           "[null]",
                                                           "[[]]",
                                                           "[{}]",
                                                           "{\"x\":1}",
                                                           "{\"x\":null}",
                                                           "{\"\":{}}",
                                                           "{\"x\":{\"S\":\"y\"}}",
                                                           "{\"pk\":{\"N\":\"1\"}}",
                                                           "[\"x\",\"x\"]"});
  for (const auto& [op, body] : valid_requests()) {
    std::vector<std::pair<std::string, std::string>> members;
    testing_support::for_each_member(
        body, [&](std::string_view name, std::string_view value) { members.emplace_back(name, value); });
    for (std::size_t changed = 0; changed < members.size(); ++changed) {
      for (const std::string_view shape : shapes) {
        std::string sent = "{";
        for (std::size_t i = 0; i < members.size(); ++i) {
          sent += (i == 0 ? "\"" : ",\"") + members[i].first +
                  "\":" + (i == changed ? std::string(shape) : members[i].second);
        }
        sent += "}";
        expect_answer(ask(op, sent), sent);
      }
    }
  }
}

TEST_F(hostile_bodies, random_bytes_get_an_answer) {
  const auto requests = valid_requests();
  testing_support::for_each_seed(300, [&](std::mt19937_64& random) {
    for (const auto& [op, valid] : requests) {
      std::string noise(random() % 200, '\0');
      for (char& c : noise) c = static_cast<char>(random() % 256);
      const answer told = ask(op, noise);
      EXPECT_FALSE(told.ok);
      expect_answer(told, noise);
      // A valid request, hurt in a few places.
      std::string hurt = valid;
      for (std::size_t wounds = 1 + random() % 4; wounds > 0; --wounds) {
        const std::size_t at = random() % hurt.size();
        switch (random() % 4) {
          case 0: hurt[at] = static_cast<char>(random() % 256); break;
          case 1: hurt.erase(at, 1 + random() % 3); break;
          case 2: hurt.insert(at, 1, R"({}[]",:0aS\)"[random() % 12]); break;
          default: hurt.insert(at, hurt.substr(random() % hurt.size(), random() % 20)); break;
        }
        if (hurt.empty()) hurt = " ";
      }
      if (hurt.find("\"things\"") != std::string::npos && op == operation_name::delete_table)
        continue;  // not our table
      expect_answer(ask(op, hurt), hurt);
    }
  });
}

TEST_F(hostile_bodies, names_of_tables_follow_the_rules) {
  const auto told = [&](std::string_view name) { return ask(operation_name::create_table, create_text(name)); };
  for (const std::string& name :
       {std::string(), std::string("ab"), std::string("a b c"), std::string("../../etc"), std::string("caf\xc3\xa9"),
        std::string("a\\u0000bc"), repeated("x", 256), repeated("x", 100'000)}) {
    const answer refused = told(name);
    EXPECT_EQ(refused.code, errc::validation) << name.substr(0, 50);
    EXPECT_NE(refused.message.find("'tableName'"), std::string::npos) << refused.message.substr(0, 300);
  }
  for (const std::string& name : {std::string("..."), std::string("---"), repeated("x", 255), std::string("A_b-c.9")}) {
    EXPECT_TRUE(told(name).ok) << told(name).to_string();
  }
  EXPECT_EQ(told("things").code, errc::resource_in_use);
}

TEST_F(hostile_bodies, iterators_that_were_not_handed_out_are_refused) {
  for (const std::string& iterator : {std::string("x"), std::string("||"), repeated("A", 3'000),
                                      stream_arn_ + "|1|AAAA", stream_arn_ + "|1|" + repeated("A", 40)}) {
    expect_refusal(ask(operation_name::get_records, R"({"ShardIterator":")" + iterator + "\"}"), iterator);
  }
}

}  // namespace

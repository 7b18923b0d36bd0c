#include <decorators/consumed.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo {
namespace {

TEST(TablesOf, FindsEveryTableThatARequestNames) {
  struct {
    std::string body;
    std::vector<std::string> expected;
  } const cases[] = {
      {R"({"TableName":"users","Key":{"id":{"S":"1"}}})", {"users"}},
      {R"({"Item":{"TableName":{"S":"no"}},"TableName":"users"})", {"users"}},
      {R"({"TableName":"arn:aws:dynamodb:eu-west-1:123456789012:table/users"})", {"users"}},
      {R"({"StreamArn":"arn:aws:dynamodb:local:0:table/users/stream/2026-01-01T00:00:00.000"})", {"users"}},
      {R"({"RequestItems":{"a":{"Keys":[]},"b":{"Keys":[]}}})", {"a", "b"}},
      {R"({"RequestItems":{"a":[{"PutRequest":{}}]}})", {"a"}},
      {R"({"TransactItems":[{"Put":{"Item":{},"TableName":"a"}},{"Update":{"TableName":"b"}},{"Delete":{"TableName":"a"}}]})",
       {"a", "b"}},
      {R"({"Limit":5})", {}},
      {R"({"ShardIterator":"x"})", {}},
      {R"([])", {}},
      {R"({"RequestItems":{"a")", {}},
      {R"({"TransactItems":[1]})", {}},
      {R"({"TableName":7})", {}},
      {"", {}},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(tables_of(operation_name::get_item, json::buffer(each.body)), each.expected) << each.body;
  }
}

TEST(ConsumedIn, ReadsOneTableOrAList) {
  const auto text = [](std::string_view body, capacity_kind kind) {
    std::string all;
    for (const auto& each : consumed_in(json::buffer(body), kind)) {
      all += each.table + " r" + std::to_string(each.read).substr(0, 3) + " w" +
             std::to_string(each.write).substr(0, 3) + ";";
    }
    return all;
  };
  const auto read = capacity_kind::read, write = capacity_kind::write;
  EXPECT_EQ(text(R"({"Item":{},"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"t"}})", read), "t r0.5 w0.0;");
  EXPECT_EQ(text(R"({"ConsumedCapacity":{"CapacityUnits":3.0,"Table":{"CapacityUnits":1.0},"TableName":"t"}})", write),
            "t r0.0 w3.0;");
  EXPECT_EQ(
      text(R"({"ConsumedCapacity":[{"CapacityUnits":2,"TableName":"a"},{"CapacityUnits":1,"TableName":"b"}]})", read),
      "a r2.0 w0.0;b r1.0 w0.0;");
  EXPECT_EQ(
      text(R"({"ConsumedCapacity":[{"TableName":"a","CapacityUnits":6,"ReadCapacityUnits":2,"WriteCapacityUnits":4}]})",
           write),
      "a r2.0 w4.0;");
  EXPECT_EQ(text(R"({"Items":[]})", read), "");
  EXPECT_EQ(text(R"({"ConsumedCapacity":[1]})", read), "");
  EXPECT_EQ(text(R"({"ConsumedCapacity":null})", read), "");
  EXPECT_EQ(text("nonsense", read), "");
}

TEST(ConsumedIn, ReadsTheBytesOfVectorIndexes) {
  const auto bytes = [](std::string_view body) {
    std::string all;
    for (const auto& each : consumed_in(json::buffer(body), capacity_kind::write)) {
      all += each.table + " s" + std::to_string(static_cast<int>(each.vector_search_bytes)) + " w" +
             std::to_string(static_cast<int>(each.vector_write_bytes)) + ";";
    }
    return all;
  };
  EXPECT_EQ(bytes(R"({"ConsumedCapacity":{"VectorSearchRequestBytes":90.0}})"), " s90 w0;");
  EXPECT_EQ(bytes(R"({"ConsumedCapacity":[{"TableName":"t","CapacityUnits":2,"VectorIndexes":
    {"a":{"VectorWriteRequestBytes":1024.0},"b":{"VectorWriteRequestBytes":2000}}},{"TableName":"u"}]})"),
            "t s0 w3024;u s0 w0;");
  EXPECT_EQ(bytes(R"({"ConsumedCapacity":{"TableName":"t","VectorIndexes":null}})"), "t s0 w0;");
  EXPECT_EQ(bytes(R"({"ConsumedCapacity":{"TableName":"t","VectorIndexes":{"a":7}}})"), "t s0 w0;");
}

TEST(CapacityOf, TellsReadsFromWrites) {
  struct {
    operation_name operation;
    std::string body;
    capacity_kind expected;
  } const cases[] = {
      {operation_name::get_item, "{}", capacity_kind::read},
      {operation_name::batch_get_item, "{}", capacity_kind::read},
      {operation_name::transact_get_items, "{}", capacity_kind::read},
      {operation_name::batch_write_item, "{}", capacity_kind::write},
      {operation_name::transact_write_items, "{}", capacity_kind::write},
      {operation_name::create_table, "{}", capacity_kind::none},
      {operation_name::get_records, "{}", capacity_kind::none},
      {operation_name::execute_statement, R"({"Statement":"  SELECT * FROM t"})", capacity_kind::read},
      {operation_name::execute_statement, R"({"Statement":"select x from t"})", capacity_kind::read},
      {operation_name::execute_statement, R"({"Statement":"UPDATE t SET x=1"})", capacity_kind::write},
      {operation_name::execute_statement, "{}", capacity_kind::write},
      {operation_name::batch_execute_statement, R"({"Statements":[{"Statement":"Select 1"}]})", capacity_kind::read},
      {operation_name::batch_execute_statement, R"({"Statements":[]})", capacity_kind::write},
      {operation_name::execute_transaction, R"({"TransactStatements":[{"Statement":"DELETE"}]})", capacity_kind::write},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(capacity_of(request(each.operation, json::buffer(each.body))), each.expected)
        << to_string(each.operation) << each.body;
  }
}

TEST(AskForCapacity, AddsTheParameterOnceAndOnlyToAnObject) {
  struct {
    std::string body, expected;
  } const cases[] = {
      {"{}", R"({"ReturnConsumedCapacity":"TOTAL"})"},
      {R"({"TableName":"t"})", R"({"TableName":"t","ReturnConsumedCapacity":"TOTAL"})"},
      {R"({"ReturnConsumedCapacity":"NONE"})", R"({"ReturnConsumedCapacity":"NONE"})"},
      {R"({"ReturnConsumedCapacity":"INDEXES","TableName":"t"})",
       R"({"ReturnConsumedCapacity":"INDEXES","TableName":"t"})"},
      {R"({"Item":{"ReturnConsumedCapacity":{"S":"TOTAL"}}})",
       R"({"Item":{"ReturnConsumedCapacity":{"S":"TOTAL"}},"ReturnConsumedCapacity":"TOTAL"})"},
      {R"({"Item":{"a":{"S":"\"ReturnConsumedCapacity\":"}}})",
       R"({"Item":{"a":{"S":"\"ReturnConsumedCapacity\":"}},"ReturnConsumedCapacity":"TOTAL"})"},
      {"{ }", "{ }"},
      {"{", "{"},
      {"", ""},
      {"[]", "[]"},
  };
  for (const auto& each : cases) {
    request r(operation_name::get_item, json::buffer(each.body));
    ask_for_capacity(r);
    EXPECT_EQ(r.body.view(), each.expected);
  }
}

}  // namespace
}  // namespace dynamo

#pragma once

#include "stream_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace dynamo::engine_tests {

/// Items of tables whose attribute `expires` says when they do. Time passes when the test says so, and the engine's own work is done by then.
class ttl_fixture : public stream_fixture {
 protected:
  void TearDown() override { db_.reset(); }  // it reads the clock

  /// Another table, whose writes are committed after everything that was enqueued before.
  void make_marks() {
    ASSERT_TRUE(call(operation_name::create_table, R"({"TableName":"marks","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})")
                    .ok);
  }
  /// Table `things`, with a stream, whose items expire.
  void make_things() {
    make_marks();
    arn_ = make_table();
    enable();
  }
  answer set_ttl(bool enabled, const std::string& table = "things", const std::string& attribute = "expires") {
    return call(operation_name::update_time_to_live,
                R"({"TableName":")" + table + R"(","TimeToLiveSpecification":{"Enabled":)" +
                    (enabled ? "true" : "false") + R"(,"AttributeName":")" + attribute + "\"}}");
  }
  void enable(const std::string& table = "things") {
    const answer came = set_ttl(true, table);
    ASSERT_TRUE(came.ok) << came.to_string();
    finish();
  }
  std::string described(const std::string& table = "things") {
    return told(operation_name::describe_time_to_live, R"({"TableName":")" + table + "\"}");
  }

  std::int64_t now_in_seconds() const {
    return std::chrono::floor<std::chrono::seconds>(time_.now()).time_since_epoch().count();
  }
  std::int64_t in(std::chrono::seconds from_now) const { return now_in_seconds() + from_now.count(); }

  /// `value` is JSON: {"N":"1"}.
  void put_with(const std::string& pk, const std::string& value, const std::string& table = "things") {
    const answer done = call(operation_name::put_item, R"({"TableName":")" + table + R"(","Item":{"pk":{"S":")" + pk +
                                                           R"("},"expires":)" + value + "}}");
    ASSERT_TRUE(done.ok) << done.to_string();
  }
  void put_until(const std::string& pk, std::int64_t expires, const std::string& table = "things") {
    put_with(pk, R"({"N":")" + std::to_string(expires) + "\"}", table);
  }
  answer update_until(const std::string& pk, std::int64_t expires) {
    return call(operation_name::update_item,
                R"({"TableName":"things","Key":{"pk":{"S":")" + pk +
                    R"json("}},"UpdateExpression":"SET expires = :e","ConditionExpression":"attribute_exists(pk)",
        "ExpressionAttributeValues":{":e":{"N":")json" +
                    std::to_string(expires) + "\"}}}");
  }

  /// Has the engine finish the slices that are due, and what they wrote committed. Sinks are told in the order of commits: once this one has
  /// heard, the engine's own have.
  void finish(int slices = 3) {
    for (int i = 0; i < slices; ++i) {
      time_.advance(std::chrono::milliseconds(10));
      kept_answer mark;
      db_->start(
          request(operation_name::put_item, json::buffer(R"({"TableName":"marks","Item":{"pk":{"S":"m"},"n":{"N":")" +
                                                         std::to_string(++marks_) + R"("}}})")),
          mark);
      ASSERT_TRUE(mark.get().ok);
    }
  }
  void pass(std::chrono::microseconds time, int slices = 3) {
    time_.advance(time);
    finish(slices);
  }

  std::vector<std::string> keys(const std::string& table = "things") {
    std::vector<std::string> found;
    std::string from;
    do {
      const answer came = call(operation_name::scan, R"({"TableName":")" + table + "\"" + from + "}");
      EXPECT_TRUE(came.ok) << came.to_string();
      for (const std::string& item : elements(member(came.body, "Items").value_or("[]"))) {
        found.push_back(text_member(member(item, "pk").value_or(""), "S"));
      }
      const auto next = member(came.body, "LastEvaluatedKey");
      from = next ? R"(,"ExclusiveStartKey":)" + *next : "";
    } while (!from.empty());
    std::ranges::sort(found);
    return found;
  }
  static bool is_by_service(const seen_record& record) {
    return member(record.text, "userIdentity").value_or("") ==
           R"({"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})";
  }

  std::string arn_;  // of the stream of `things`
  int marks_ = 0;
};

}  // namespace dynamo::engine_tests

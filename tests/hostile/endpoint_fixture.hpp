#pragma once

#include "../support/wire.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace dynamo::hostile {

/// A database in memory with the table `things` (pk S, sk N), with a stream, and one item in it.
class endpoint_fixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = database::in_memory();
    ASSERT_TRUE(opened) << opened.error().describe();
    endpoint_ = opened->endpoint();
    const auto made = ask(operation_name::create_table, create_text("things"));
    ASSERT_TRUE(made.ok) << made.to_string();
    const std::string description = testing_support::member(made.body, "TableDescription").value_or("{}");
    stream_arn_ = testing_support::text_member(description, "LatestStreamArn");
    expect_alive();
  }
  // Whatever was sent, the next caller is served.
  void TearDown() override { expect_alive(); }

  void expect_alive() {
    EXPECT_EQ(put(R"({"pk":{"S":"alive"},"sk":{"N":"1"}})").to_string(), "{}");
    EXPECT_EQ(ask(operation_name::get_item, R"({"TableName":"things","Key":{"pk":{"S":"alive"},"sk":{"N":"1"}}})").body,
              R"({"Item":{"pk":{"S":"alive"},"sk":{"N":"1"}}})");
  }

  static std::string create_text(std::string_view name) {
    return R"({"TableName":")" + std::string(name) +
           R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],)"
           R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
           R"("BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})";
  }
  testing_support::answer ask(operation_name op, std::string_view body) {
    return testing_support::call(*endpoint_, op, body);
  }
  testing_support::answer put(std::string_view item) {
    return ask(operation_name::put_item, R"({"TableName":"things","Item":)" + std::string(item) + "}");
  }
  /// An item whose attribute `v` is this.
  testing_support::answer put_value(std::string_view value) {
    return put(R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":)" + std::string(value) + "}");
  }
  testing_support::answer filter(std::string_view expression, std::string_view values = R"({":v":{"N":"1"}})") {
    return ask(operation_name::scan, R"({"TableName":"things","FilterExpression":")" + std::string(expression) +
                                         R"(","ExpressionAttributeValues":)" + std::string(values) + "}");
  }

  std::shared_ptr<endpoint> endpoint_;
  std::string stream_arn_;
};

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace dynamo::hostile

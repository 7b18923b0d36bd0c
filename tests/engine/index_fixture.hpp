#pragma once

#include "../support/index_rows.hpp"
#include "../support/wire.hpp"

#include <engine/engine.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine::test {

using testing_support::elements;
using testing_support::member;

/// A database with a table of films: by year (N) and title (S), and an index of each sort.
class indexes : public testing::Test {
 protected:
  void SetUp() override { open({}); }

  void open(const database_options& options) {
    auto opened = open_in_memory(options);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }

  std::string call(operation_name op, std::string_view body) {
    return testing_support::call(*db_, op, body).to_string();
  }
  std::string put(std::string_view item, std::string_view more = "") {
    return call(operation_name::put_item,
                R"({"TableName":"films","Item":)" + std::string(item) + std::string(more) + "}");
  }
  std::string query(std::string_view index, std::string_view rest) {
    return call(operation_name::query,
                R"({"TableName":"films","IndexName":")" + std::string(index) + "\"," + std::string(rest) + "}");
  }
  std::string scan(std::string_view index, std::string_view more = "") {
    return call(operation_name::scan,
                R"({"TableName":"films","IndexName":")" + std::string(index) + "\"" + std::string(more) + "}");
  }

  static std::string create_films() {
    return R"({"TableName":"films","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[
      {"AttributeName":"year","AttributeType":"N"},{"AttributeName":"title","AttributeType":"S"},
      {"AttributeName":"director","AttributeType":"S"},{"AttributeName":"rating","AttributeType":"N"},
      {"AttributeName":"genre","AttributeType":"S"},{"AttributeName":"code","AttributeType":"B"},
      {"AttributeName":"part","AttributeType":"B"},{"AttributeName":"country","AttributeType":"S"},
      {"AttributeName":"city","AttributeType":"S"},{"AttributeName":"street","AttributeType":"S"},
      {"AttributeName":"house","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"year","KeyType":"HASH"},{"AttributeName":"title","KeyType":"RANGE"}],
      "GlobalSecondaryIndexes":[
        {"IndexName":"by_director","KeySchema":[{"AttributeName":"director","KeyType":"HASH"},
          {"AttributeName":"rating","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},
        {"IndexName":"by_genre","KeySchema":[{"AttributeName":"genre","KeyType":"HASH"}],
          "Projection":{"ProjectionType":"KEYS_ONLY"}},
        {"IndexName":"by_code","KeySchema":[{"AttributeName":"code","KeyType":"HASH"},
          {"AttributeName":"part","KeyType":"RANGE"}],
          "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note","rating"]}},
        {"IndexName":"by_place","KeySchema":[{"AttributeName":"country","KeyType":"HASH"},
          {"AttributeName":"city","KeyType":"HASH"},{"AttributeName":"street","KeyType":"RANGE"},
          {"AttributeName":"house","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
      "LocalSecondaryIndexes":[
        {"IndexName":"by_rating","KeySchema":[{"AttributeName":"year","KeyType":"HASH"},
          {"AttributeName":"rating","KeyType":"RANGE"}],
          "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["director"]}}]})";
  }
  void make_films() {
    const std::string made = call(operation_name::create_table, create_films());
    ASSERT_NE(made.find("CREATING"), std::string::npos) << made;
  }
  std::string differences() { return testing_support::compare_indexes(*db_, "films"); }

  /// The values of one attribute of the items of a page, in order, between blanks.
  static std::string values_of(std::string_view page, std::string_view attribute) {
    std::string values;
    for (const std::string& item : elements(member(page, "Items").value_or("[]"))) {
      const std::string value = member(item, attribute).value_or("{\"-\":\"-\"}");
      const auto from = value.find(":\"") + 2;
      values.append(values.empty() ? "" : " ").append(value, from, value.size() - from - 2);
    }
    return values;
  }

  std::shared_ptr<endpoint> db_;
};

}  // namespace dynamo::engine::test

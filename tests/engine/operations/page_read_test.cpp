// Reads over many deleted items, slice by slice.
#include "core_fixture.hpp"

#include <engine/operations/operations.hpp>

#include <string>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class deleted_items : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(core_);
    call(operation_name::create_table, R"({"TableName":"queue","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]})");
    for (int i = 0; i <= items; ++i) call(operation_name::put_item, R"({"TableName":"queue","Item":)" + key(i) + "}");
    for (int i = 0; i < items; ++i) call(operation_name::delete_item, R"({"TableName":"queue","Key":)" + key(i) + "}");
  }
  static std::string key(int i) { return R"({"pk":{"S":"jobs"},"sk":{"N":")" + std::to_string(i) + R"("}})"; }
  void call(operation_name what, const std::string& body) {
    const auto done = core_endpoint(*core_).call(request(what, json::buffer(body)));
    ASSERT_TRUE(done) << done.error().describe();
  }

  /// Slices until the outcome, and its text.
  static std::pair<int, std::string> run(engine::begun_read read) {
    if (!read) return {0, read.error().describe()};
    for (int slices = 1;; ++slices) {
      auto outcome = (*read)->run_slice();
      if (!outcome) continue;
      return {slices, *outcome ? std::string((*outcome)->body.view()) : outcome->error().describe()};
    }
  }
  std::pair<int, std::string> query(const std::string& more) {
    const std::string body = R"({"TableName":"queue","KeyConditionExpression":"pk=:p",
      "ExpressionAttributeValues":{":p":{"S":"jobs"}})" +
                             more + "}";
    return run(engine::query(*core_, request(operation_name::query, json::buffer(body))));
  }

  static constexpr int items = 10'000;
  const std::unique_ptr<engine::engine_core> core_ = core_in_memory();
};

TEST_F(deleted_items, are_stepped_over_in_slices_once) {
  const auto [first_slices, first] = query(R"(,"Limit":1)");
  EXPECT_GE(first_slices, 3);
  EXPECT_NE(first.find(R"("sk":{"N":"10000"})"), std::string::npos) << first;
  const auto [slices, again] = query(R"(,"Limit":1)");
  EXPECT_EQ(slices, 1);
  EXPECT_EQ(again, first);
}

TEST_F(deleted_items, are_stepped_over_backwards_after_the_last_row) {
  const auto [slices, all] = query(R"(,"ScanIndexForward":false)");
  EXPECT_GE(slices, 3);
  EXPECT_NE(all.find(R"("Count":1,"ScannedCount":1})"), std::string::npos) << all;
}

TEST_F(deleted_items, are_not_looked_at_once_a_page_is_full) {
  const auto [slices, page] = query(R"(,"ScanIndexForward":false,"Limit":1)");
  EXPECT_EQ(slices, 1);
  EXPECT_NE(page.find(R"("LastEvaluatedKey":{"pk":{"S":"jobs"},"sk":{"N":"10000"}})"), std::string::npos) << page;
}

TEST_F(deleted_items, are_stepped_over_in_slices_by_a_description) {
  const auto [slices, described] = run(engine::describe_table(
      *core_, request(operation_name::describe_table, json::buffer(R"({"TableName":"queue"})"))));
  EXPECT_GE(slices, 3);
  EXPECT_NE(described.find(R"("ItemCount":1,)"), std::string::npos) << described;
}

}  // namespace

#include <decorators/partial_batch.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>
#include <support/wire.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using testing_support::elements;
using testing_support::for_each_member;
using testing_support::member;

request gets(std::string_view body) { return {operation_name::batch_get_item, json::buffer(body)}; }
request writes(std::string_view body) { return {operation_name::batch_write_item, json::buffer(body)}; }

TEST(DivideBatch, LeavesAloneWhatIsNoBatchOrTooLarge) {
  std::string large = R"({"RequestItems":{"t":[1)";
  for (int i = 0; i < 25; ++i) large += ",1";
  large += "]}}";
  EXPECT_FALSE(divide_batch(request(operation_name::put_item, json::buffer(R"({"RequestItems":{"t":[1,2]}})")), 1));
  for (const std::string& body :
       {std::string(R"({})"), std::string(R"([])"), std::string(R"({"RequestItems":[]})"),
        std::string(R"({"RequestItems":{}})"), std::string(R"({"RequestItems":{"t":{}}})"),
        std::string(R"({"RequestItems":{"t":[1,2]})"), std::string(R"({"RequestItems":{"t":[1,2]}} x)"), large}) {
    EXPECT_FALSE(divide_batch(writes(body), 1)) << body;
  }
}

TEST(DivideBatch, ABatchOfOneIsHeldBackWhole) {
  const auto divided = divide_batch(writes(R"({"RequestItems":{"t":[{"PutRequest":{}}]}})"), 1);
  ASSERT_TRUE(divided);
  EXPECT_TRUE(divided->executed.empty());
  ASSERT_EQ(divided->held.size(), 1U);
}

TEST(DivideBatch, RepeatsTheTablesParametersOnBothSides) {
  const auto divided = divide_batch(
      gets(R"({"RequestItems":{"t\u00e4":{"ConsistentRead":true,"Keys":[{"k":{"N":"1"}},{"k":{"N":"2"}}],)"
           R"("ProjectionExpression":"#a","ExpressionAttributeNames":{"#a":"b"}}},"ReturnConsumedCapacity":"TOTAL"})"),
      0);
  ASSERT_TRUE(divided);
  const std::string parameters =
      R"(,"ConsistentRead":true,"ProjectionExpression":"#a","ExpressionAttributeNames":{"#a":"b"})";
  ASSERT_EQ(divided->held.size(), 1U);
  EXPECT_EQ(divided->held[0].parameters, parameters);
  EXPECT_EQ(divided->held[0].table, "tä");
  const std::string sent(divided->executed.view());
  EXPECT_EQ(member(sent, "ReturnConsumedCapacity"), R"("TOTAL")");
  const std::string table = *member(*member(sent, "RequestItems"), "tä");
  EXPECT_EQ(elements(*member(table, "Keys")).size(), 1U);
  EXPECT_EQ(member(table, "ConsistentRead"), "true");
  EXPECT_EQ(member(table, "ExpressionAttributeNames"), R"({"#a":"b"})");
}

TEST(DivideBatch, LosesAndRepeatsNothing) {
  testing_support::for_each_seed(300, [](std::mt19937_64& random) {
    const int tables = static_cast<int>(random() % 4) + 1;
    std::multimap<std::string, std::string> all;
    std::string body = R"({"RequestItems":{)";
    std::size_t total = 0;
    for (int t = 0; t < tables; ++t) {
      const int count = static_cast<int>(random() % 6) + 1;
      body += (t == 0 ? "\"t" : ",\"t") + std::to_string(t) + "\":[";
      for (int i = 0; i < count; ++i) {
        const std::string element = "{\"PutRequest\":{\"Item\":{\"k\":{\"N\":\"" + std::to_string(i) + "\"}}}}";
        body += (i == 0 ? "" : ",") + element;
        all.emplace("t" + std::to_string(t), element);
        ++total;
      }
      body += "]";
    }
    body += "}}";
    const auto divided = divide_batch(writes(body), random());
    ASSERT_TRUE(divided) << body;
    std::multimap<std::string, std::string> found;
    std::size_t held = 0;
    for (const batch_part& part : divided->held) {
      held += part.elements.size();
      EXPECT_FALSE(part.elements.empty());
      for (const std::string& element : part.elements) found.emplace(part.table, element);
    }
    EXPECT_GT(held, 0U);
    if (total == 1) {
      EXPECT_TRUE(divided->executed.empty());
    } else {
      EXPECT_LT(held, total);
      EXPECT_TRUE(for_each_member(*member(divided->executed.view(), "RequestItems"),
                                  [&](std::string_view table, std::string_view list) {
                                    EXPECT_FALSE(elements(list).empty());
                                    for (const std::string& element : elements(list)) found.emplace(table, element);
                                  }));
    }
    for (const auto& [table, element] : all) {
      const auto [first, last] = found.equal_range(table);
      EXPECT_EQ(std::count_if(first, last, [&](const auto& each) { return each.second == element; }), 1) << body;
    }
    EXPECT_EQ(found.size(), all.size());
  });
}

TEST(WithUnprocessed, AddsToWhatTheEndpointDidNotProcessItself) {
  const std::vector<batch_part> held = {{"t", {"{3}"}, ",\"ConsistentRead\":true"}, {"u", {"{4}"}, ""}};
  struct {
    operation_name operation;
    std::string reply, expected;
  } const cases[] = {
      {operation_name::batch_get_item, R"({"Responses":{"t":[1]},"UnprocessedKeys":{}})",
       R"({"Responses":{"t":[1]},"UnprocessedKeys":{"t":{"Keys":[{3}],"ConsistentRead":true},"u":{"Keys":[{4}]}}})"},
      {operation_name::batch_get_item, R"({"UnprocessedKeys":{"t":{"Keys":[2],"ConsistentRead":true}},"Responses":{}})",
       R"({"Responses":{},"UnprocessedKeys":{"t":{"Keys":[2,{3}],"ConsistentRead":true},"u":{"Keys":[{4}]}}})"},
      {operation_name::batch_write_item, R"({})", R"({"UnprocessedItems":{"t":[{3}],"u":[{4}]}})"},
      {operation_name::batch_write_item, R"({"UnprocessedItems":{"u":[5]}})",
       R"({"UnprocessedItems":{"u":[5,{4}],"t":[{3}]}})"},
  };
  for (const auto& each : cases) {
    const auto changed = with_unprocessed(each.operation, json::buffer(each.reply), held);
    ASSERT_TRUE(changed) << each.reply;
    EXPECT_EQ(changed->view(), each.expected);
  }
  EXPECT_FALSE(with_unprocessed(operation_name::batch_write_item, json::buffer("[]"), held));
  EXPECT_FALSE(with_unprocessed(operation_name::batch_write_item, json::buffer("{"), held));
}

}  // namespace
}  // namespace dynamo

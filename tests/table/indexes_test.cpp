#include "canned_endpoint.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

/// What is sent when an index is declared, queried and scanned, and what its rows become.
namespace {

using namespace places;
using dynamo::test::canned_endpoint;

class indexes : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<schema> table{wire};

  template <class Call>
  std::string sent(Call&& call) {
    const auto answer = std::forward<Call>(call).page().run();
    return answer ? wire->last() : answer.error().describe();
  }
};

TEST_F(indexes, are_created_with_their_projections) {
  wire->answer("{}");
  wire->answer(R"({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"country","KeyType":"HASH"},)"
               R"({"AttributeName":"id","KeyType":"RANGE"}]}})");
  const auto created = table.create_if_absent().run();
  ASSERT_TRUE(created) << created.error().describe();
  EXPECT_EQ(
      wire->requests.front().body,
      R"({"TableName":"places","AttributeDefinitions":[{"AttributeName":"city","AttributeType":"S"},)"
      R"({"AttributeName":"country","AttributeType":"S"},{"AttributeName":"house","AttributeType":"N"},)"
      R"({"AttributeName":"id","AttributeType":"S"},{"AttributeName":"rating","AttributeType":"N"},)"
      R"({"AttributeName":"street","AttributeType":"S"}],)"
      R"("KeySchema":[{"AttributeName":"country","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}],)"
      R"("GlobalSecondaryIndexes":[)"
      R"({"IndexName":"by_address","KeySchema":[{"AttributeName":"country","KeyType":"HASH"},)"
      R"({"AttributeName":"city","KeyType":"HASH"},{"AttributeName":"street","KeyType":"RANGE"},)"
      R"({"AttributeName":"house","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},)"
      R"({"IndexName":"by_street","KeySchema":[{"AttributeName":"street","KeyType":"HASH"}],)"
      R"("Projection":{"ProjectionType":"KEYS_ONLY"}},)"
      R"({"IndexName":"by_city","KeySchema":[{"AttributeName":"city","KeyType":"HASH"},)"
      R"({"AttributeName":"rating","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]}}],)"
      R"("LocalSecondaryIndexes":[{"IndexName":"by_rating","KeySchema":[{"AttributeName":"country","KeyType":"HASH"},)"
      R"({"AttributeName":"rating","KeyType":"RANGE"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]}}],)"
      R"("BillingMode":"PAY_PER_REQUEST"})");
}

TEST_F(indexes, are_queried_by_every_attribute_of_their_keys) {
  EXPECT_EQ(sent(table.query(by_address{}, dynamo::partition("SE", "Lund"), street == "Storgatan", house >= 7u)),
            R"({"TableName":"places","IndexName":"by_address","KeyConditionExpression":)"
            R"("#0 = :0 AND #1 = :1 AND #2 = :2 AND #3 >= :3","ExpressionAttributeNames":{"#0":"country","#1":"city",)"
            R"("#2":"street","#3":"house"},"ExpressionAttributeValues":{":0":{"S":"SE"},":1":{"S":"Lund"},)"
            R"(":2":{"S":"Storgatan"},":3":{"N":"7"}}})");
  // In any order: which attributes are compared is what counts.
  EXPECT_NE(sent(table.query(by_address{}, dynamo::partition("SE", "Lund"), house.between(1, 3), street == "Storgatan"))
                .find(R"("#0 = :0 AND #1 = :1 AND #2 BETWEEN :2 AND :3 AND #3 = :4")"),
            std::string::npos)
      << wire->last();
  EXPECT_NE(sent(table.query(by_address{}, dynamo::partition(std::string("SE"), "Lund"), street.begins_with("Stor"),
                             dynamo::order_by::descending))
                .find(R"("ScanIndexForward":false)"),
            std::string::npos);
  EXPECT_EQ(sent(table.query(by_city{}, "Lund", rating > 3.5).as<card>()),
            R"({"TableName":"places","IndexName":"by_city","KeyConditionExpression":"#0 = :0 AND #1 > :1",)"
            R"("ProjectionExpression":"#0, #2, #1, #3, #4","ExpressionAttributeNames":{"#0":"city","#1":"rating",)"
            R"("#2":"note","#3":"country","#4":"id"},)"
            R"("ExpressionAttributeValues":{":0":{"S":"Lund"},":1":{"N":"3.5"}}})");
}

TEST_F(indexes, are_scanned) {
  EXPECT_EQ(sent(table.scan(by_address{}, dynamo::segment(1, 3))),
            R"({"TableName":"places","Segment":1,"TotalSegments":3,"IndexName":"by_address"})");
  wire->answer(R"({"Count":3,"ScannedCount":3})");
  EXPECT_EQ(table.scan(by_street{}).count().run().value(), 3u);
  EXPECT_EQ(wire->last(), R"({"TableName":"places","IndexName":"by_street","Select":"COUNT"})");
}

TEST_F(indexes, a_local_index_fetches_what_it_does_not_project) {
  EXPECT_NE(sent(table.query(by_rating{}, "SE", rating < 2.0, dynamo::consistent_read))
                .find(R"("ConsistentRead":true,"Select":"ALL_ATTRIBUTES")"),
            std::string::npos)
      << wire->last();
  EXPECT_EQ(sent(table.query(by_rating{}, "SE").as<street_and_id_or_none>()).find("Select"), std::string::npos)
      << wire->last();
  wire->answer(R"({"Count":3,"ScannedCount":3})");
  EXPECT_EQ(table.query(by_rating{}, "SE").count().run().value(), 3u);
  EXPECT_EQ(wire->last().find("ALL_ATTRIBUTES"), std::string::npos);
  // What projects everything has nothing to fetch.
  EXPECT_EQ(sent(table.query(by_address{}, dynamo::partition("SE", "Lund"))).find("Select"), std::string::npos);
}

TEST_F(indexes, a_row_of_a_sparse_index_has_its_key) {
  wire->answer(R"({"Count":1,"Items":[{"country":{"S":"SE"},"id":{"S":"7"},"street":{"S":"Storgatan"}}],)"
               R"("ScannedCount":1})");
  const auto row = table.query(by_street{}, "Storgatan").as<street_and_id>().one().run();
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->street, "Storgatan");
  EXPECT_EQ((*row)->id, "7");
}

// Symptom: the second page of an index query failed, because the cursor lacked the table's sort key.
TEST_F(indexes, a_cursor_of_an_index_has_the_keys_of_index_and_table) {
  wire->answer(
      R"({"Count":3,"Items":[{"city":{"S":"Lund"},"country":{"S":"SE"},"id":{"S":"1"},"note":{"S":""},"rating":{"N":"1"}},)"
      R"({"city":{"S":"Lund"},"country":{"S":"SE"},"id":{"S":"2"},"note":{"S":""},"rating":{"N":"2"}}],"ScannedCount":3})");
  const auto page = table.query(by_city{}, "Lund", filter(note == ""), dynamo::item_limit(1)).as<card>().page().run();
  ASSERT_TRUE(page) << page.error().describe();
  ASSERT_TRUE(page->next);
  EXPECT_TRUE(table.query(by_city{}, "Lund", dynamo::resume_from(*page->next)).as<card>().page().run());
  EXPECT_EQ(dynamo::test::last_start_key(*wire),
            R"({"city":{"S":"Lund"},"country":{"S":"SE"},"id":{"S":"1"},"rating":{"N":"1"}})");
  wire->requests.clear();
  const auto refused =
      table.query(by_street{}, "Lund", dynamo::resume_from(*page->next)).as<street_and_id>().page().run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), dynamo::errc::invalid_argument);
  EXPECT_FALSE(table.scan(by_city{}, dynamo::resume_from(*page->next)).as<card>().page().run());
  EXPECT_TRUE(wire->requests.empty());
}

TEST_F(indexes, a_key_condition_may_be_text) {
  using dynamo::bind;
  using dynamo::raw_key;
  EXPECT_EQ(sent(table.query(raw_key("country = :c AND id > :i", bind(":c", "SE"), bind(":i", "5")))),
            R"({"TableName":"places","KeyConditionExpression":"#0 = :0 AND #1 > :1",)"
            R"("ExpressionAttributeNames":{"#0":"country","#1":"id"},)"
            R"("ExpressionAttributeValues":{":0":{"S":"SE"},":1":{"S":"5"}}})");
  EXPECT_NE(
      sent(table.query(by_address{}, raw_key("country = :c AND city = :t", bind(":c", "SE"), bind(":t", "Lund")),
                       dynamo::order_by::descending))
          .find(R"("IndexName":"by_address","ScanIndexForward":false,"KeyConditionExpression":"#0 = :0 AND #1 = :1")"),
      std::string::npos)
      << wire->last();
  wire->requests.clear();
  EXPECT_NE(sent(table.query(raw_key("country = ", bind(":c", "SE")))).find("Syntax error"), std::string::npos);
  EXPECT_NE(sent(table.query(raw_key("country = :c"))).find(":c"), std::string::npos);
  EXPECT_TRUE(wire->requests.empty());
}

// ---- verify -----------------------------------------------------------------------------------------------------

constexpr const char* as_declared =
    R"({"Table":{"TableStatus":"ACTIVE","AttributeDefinitions":[{"AttributeName":"rating","AttributeType":"N"}],)"
    R"("KeySchema":[{"AttributeName":"country","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}],)"
    R"("GlobalSecondaryIndexes":[{"IndexName":"by_city","KeySchema":[{"AttributeName":"city","KeyType":"HASH"},)"
    R"({"AttributeName":"rating","KeyType":"RANGE"}],"Projection":{"NonKeyAttributes":["note"],"ProjectionType":"INCLUDE"}},)"
    R"({"IndexName":"by_street","KeySchema":[{"AttributeName":"street","KeyType":"HASH"}],)"
    R"("Projection":{"ProjectionType":"KEYS_ONLY"}},{"IndexName":"by_address","KeySchema":[)"
    R"({"AttributeName":"country","KeyType":"HASH"},{"AttributeName":"city","KeyType":"HASH"},)"
    R"({"AttributeName":"street","KeyType":"RANGE"},{"AttributeName":"house","KeyType":"RANGE"}],)"
    R"("Projection":{"ProjectionType":"ALL"}}],"LocalSecondaryIndexes":[{"IndexName":"by_rating","KeySchema":[)"
    R"({"AttributeName":"country","KeyType":"HASH"},{"AttributeName":"rating","KeyType":"RANGE"}],)"
    R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]}}]}})";

std::string changed(std::string_view from, std::string_view to) {
  std::string text = as_declared;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_F(indexes, verify_names_every_difference) {
  struct {
    std::string described;
    std::vector<std::string> differences;
  } const cases[] = {
      {as_declared, {}},
      {changed(R"({"AttributeName":"id","KeyType":"RANGE"})", R"({"AttributeName":"nr","KeyType":"RANGE"})"),
       {"the table has partition key `country`, sort key `nr`; the schema says partition key `country`, sort key `id`"}},
      {changed(R"("AttributeType":"N")", R"("AttributeType":"S")"),
       {"key attribute `rating` is of type S; the schema says N"}},
      {changed("by_city", "by_town"),
       {"global index `by_city` is missing", "global index `by_town` is not in the schema"}},
      {changed(R"(,{"AttributeName":"house","KeyType":"RANGE"})", ""),
       {"global index `by_address` has partition key `country`, `city`, sort key `street`; the schema says partition "
        "key `country`, `city`, sort key `street`, `house`"}},
      {changed(R"(["note"])", R"(["note","id2"])"),
       {"global index `by_city` projects INCLUDE (`id2`, `note`); the schema says INCLUDE (`note`)"}},
      {changed("KEYS_ONLY", "ALL"), {"global index `by_street` projects ALL; the schema says KEYS_ONLY"}},
      {R"({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"country","KeyType":"HASH"},)"
       R"({"AttributeName":"id","KeyType":"RANGE"}]}})",
       {"global index `by_address` is missing", "local index `by_rating` is missing",
        "global index `by_street` is missing", "global index `by_city` is missing"}},
  };
  for (const auto& c : cases) {
    wire->answer(c.described);
    const auto found = table.verify().run();
    ASSERT_TRUE(found) << found.error().describe();
    EXPECT_EQ(*found, c.differences) << c.described;
    EXPECT_EQ(wire->last(), R"({"TableName":"places"})");
  }
  wire->answer(dynamo::error(dynamo::errc::resource_not_found, "no such table"));
  EXPECT_EQ(table.verify().run().error().code(), dynamo::errc::resource_not_found);
}

}  // namespace

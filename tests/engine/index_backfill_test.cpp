// Global indexes that are added to a table with items, and removed: what the caller is told, step by step.
#include "../support/index_rows.hpp"
#include "stream_fixture.hpp"

#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class index_backfills : public stream_fixture {
 protected:
  void SetUp() override {
    stream_fixture::SetUp();
    must(create_table, R"({"TableName":"films","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"genre","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
      "GlobalSecondaryIndexes":[{"IndexName":"by_genre","KeySchema":[{"AttributeName":"genre","KeyType":"HASH"}],
        "Projection":{"ProjectionType":"KEYS_ONLY"}}]})");
  }
  void must(operation_name op, const std::string& body) {
    const answer came = call(op, body);
    ASSERT_TRUE(came.ok) << came.to_string();
  }
  static std::string index(const std::string& name, const std::string& key = "year", const std::string& more = "") {
    return R"({"Create":{"IndexName":")" + name + R"(","KeySchema":[{"AttributeName":")" + key +
           R"(","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"})" + more + "}}";
  }
  static std::string update(const std::string& updates, const std::string& name = "year",
                            const std::string& type = "N") {
    return R"({"TableName":"films","AttributeDefinitions":[{"AttributeName":")" + name + R"(","AttributeType":")" +
           type + R"("}],"GlobalSecondaryIndexUpdates":[)" + updates + "]}";
  }
  static std::string remove(const std::string& name) {
    return R"({"TableName":"films","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":")" + name + "\"}}]}";
  }
  void put(int id, const std::string& year = R"({"N":"1999"})") {
    must(put_item, R"({"TableName":"films","Item":{"id":{"S":")" + std::to_string(id) +
                       R"("},"genre":{"S":"noir"},"year":)" + year + "}}");
  }
  std::string table() { return member(call(describe_table, R"({"TableName":"films"})").body, "Table").value_or("{}"); }
  /// "IndexStatus Backfilling ItemCount" of an index in a description; "-" where there is none.
  static std::string shown(const std::string& table, const std::string& name) {
    for (const std::string& one : elements(member(table, "GlobalSecondaryIndexes").value_or("[]"))) {
      if (text_member(one, "IndexName") != name) continue;
      return text_member(one, "IndexStatus") + " " + member(one, "Backfilling").value_or("-") + " " +
             member(one, "ItemCount").value_or("?");
    }
    return "-";
  }
  /// Steps the time until no index is being filled.
  void fill() {
    for (int steps = 0; table().find("Backfilling") != std::string::npos; ++steps) {
      ASSERT_LT(steps, 100'000);
      if (!time_.advance_to_next()) std::this_thread::yield();
    }
  }
  bool scan_is_refused() {
    return told(scan, R"({"TableName":"things","IndexName":"by_v"})").starts_with("validation: Cannot read");
  }
  std::string scanned(const std::string& index) {
    const answer came = call(scan, R"({"TableName":"films","Select":"COUNT","IndexName":")" + index + "\"}");
    return came.ok ? member(came.body, "Count").value_or("") : came.to_string();
  }
};

TEST_F(index_backfills, are_seen_in_their_states) {
  for (int i = 0; i < 1'200; ++i) put(i);
  const answer made = call(update_table, update(index("by_year")));
  ASSERT_TRUE(made.ok) << made.to_string();
  const std::string described = member(made.body, "TableDescription").value_or("");
  EXPECT_EQ(text_member(described, "TableStatus"), "UPDATING");
  EXPECT_EQ(shown(described, "by_year"), "CREATING false 0");
  EXPECT_EQ(shown(described, "by_genre"), "ACTIVE - 0");

  EXPECT_EQ(text_member(table(), "TableStatus"), "ACTIVE");
  EXPECT_EQ(shown(table(), "by_year"), "CREATING true 0");
  EXPECT_EQ(shown(table(), "by_genre"), "ACTIVE - 1200");
  const std::string refused = "validation: Cannot read from backfilling global secondary index: by_year";
  EXPECT_EQ(scanned("by_year"), refused);
  EXPECT_EQ(told(query, R"({"TableName":"films","IndexName":"by_year","KeyConditionExpression":"#y = :y",
    "ExpressionAttributeNames":{"#y":"year"},"ExpressionAttributeValues":{":y":{"N":"1999"}}})"),
            refused);

  put(5'000);
  EXPECT_EQ(shown(table(), "by_year"), "CREATING true 1") << "writes keep its rows from the beginning";
  EXPECT_EQ(
      told(put_item, R"({"TableName":"films","Item":{"id":{"S":"x"},"year":{"S":"?"}}})"),
      "validation: One or more parameter values were invalid: Type mismatch for Index Key year Expected: N Actual: "
      "S IndexName: by_year");
  ASSERT_TRUE(time_.advance_to_next());
  put(5'001);  // is committed after what that slice laid down
  const std::string some = shown(table(), "by_year");
  EXPECT_EQ(some, "CREATING true 514");

  fill();
  EXPECT_EQ(shown(table(), "by_year"), "ACTIVE - 1202");
  EXPECT_EQ(text_member(table(), "TableStatus"), "ACTIVE");
  EXPECT_EQ(scanned("by_year"), "1202");
  EXPECT_EQ(testing_support::compare_indexes(*db_, "films"), "");
}

TEST_F(index_backfills, pass_over_items_that_do_not_fit) {
  put(1);
  put(2, R"({"S":"MCMXCIX"})");
  put(3, R"({"NULL":true})");
  must(put_item, R"({"TableName":"films","Item":{"id":{"S":"4"}}})");
  must(update_table, update(index("by_year")));
  fill();
  EXPECT_EQ(scanned("by_year"), "1");
  // An update that leaves the value alone is let by; one that changes it, and every put, is not.
  const auto set = [&](const std::string& clause) {
    return told(update_item, R"({"TableName":"films","Key":{"id":{"S":"2"}},"UpdateExpression":"SET #a = :v",
      "ExpressionAttributeNames":{"#a":")" +
                                 clause.substr(0, clause.find('=')) + R"("},"ExpressionAttributeValues":{":v":)" +
                                 clause.substr(clause.find('=') + 1) + "}}");
  };
  EXPECT_EQ(set(R"(note={"S":"old"})"), "{}");
  EXPECT_TRUE(set(R"(year={"S":"2000"})").starts_with("validation: "));
  EXPECT_EQ(scanned("by_year"), "1");
  EXPECT_EQ(set(R"(year={"N":"2000"})"), "{}");
  EXPECT_EQ(scanned("by_year"), "2");
  must(delete_item, R"({"TableName":"films","Key":{"id":{"S":"3"}}})");
  put(4);
  EXPECT_EQ(scanned("by_year"), "3");
  EXPECT_EQ(testing_support::compare_indexes(*db_, "films"), "");
}

TEST_F(index_backfills, end_when_the_index_goes) {
  for (int i = 0; i < 1'200; ++i) put(i);
  must(update_table, update(index("by_year")));
  ASSERT_TRUE(time_.advance_to_next());
  const answer gone = call(update_table, remove("by_year"));
  ASSERT_TRUE(gone.ok) << gone.to_string();
  EXPECT_EQ(shown(member(gone.body, "TableDescription").value_or(""), "by_year"), "DELETING false 0");
  EXPECT_EQ(shown(table(), "by_year"), "-");
  while (time_.waiting() > 0 && time_.advance_to_next()) {
  }
  EXPECT_EQ(scanned("by_year"), "validation: The table does not have the specified index: by_year");
  must(update_table, update(index("by_year")));  // a new one of that name
  fill();
  EXPECT_EQ(scanned("by_year"), "1200");
}

TEST_F(index_backfills, end_when_the_table_goes) {
  for (int i = 0; i < 1'200; ++i) put(i);
  must(update_table, update(index("by_year")));
  ASSERT_TRUE(time_.advance_to_next());
  must(delete_table, R"({"TableName":"films"})");
  while (time_.waiting() > 0 && time_.advance_to_next()) {
  }
  EXPECT_FALSE(call(describe_table, R"({"TableName":"films"})").ok);
}

TEST_F(index_backfills, of_several_tables_take_turns) {
  for (const char* name : {"one", "two"}) {
    make_table(name);
    for (int i = 0; i < 1'200; ++i) stream_fixture::put(std::to_string(i), "v", name);
    must(update_table, R"({"TableName":")" + std::string(name) + R"(",
      "AttributeDefinitions":[{"AttributeName":"v","AttributeType":"S"}],
      "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_v",
        "KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]})");
  }
  const auto table_named = [&](const std::string& name) {
    return member(call(describe_table, R"({"TableName":")" + name + "\"}").body, "Table").value_or("");
  };
  const auto is_far_ahead = [](const std::string& of, const std::string& other) {
    return of.starts_with("ACTIVE") && other == "CREATING true 0";
  };
  for (int steps = 0; steps < 10'000; ++steps) {
    const std::string one = shown(table_named("one"), "by_v"), two = shown(table_named("two"), "by_v");
    ASSERT_FALSE(is_far_ahead(one, two) || is_far_ahead(two, one)) << "one was filled after the other";
    if (one == "ACTIVE - 1200" && two == one) break;
    if (!time_.advance_to_next()) std::this_thread::yield();
  }
  EXPECT_EQ(shown(table_named("one"), "by_v"), "ACTIVE - 1200");
  EXPECT_EQ(shown(table_named("two"), "by_v"), "ACTIVE - 1200");
}

TEST_F(index_backfills, leave_no_records_in_a_stream) {
  const std::string arn = make_table();
  for (int i = 0; i < 10; ++i) stream_fixture::put(std::to_string(i), "v");
  must(update_table, R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"v","AttributeType":"S"}],
      "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_v",
        "KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]})");
  for (int steps = 0; steps < 1'000 && scan_is_refused(); ++steps) {
    if (!time_.advance_to_next()) std::this_thread::yield();
  }
  EXPECT_FALSE(scan_is_refused());
  EXPECT_EQ(keys_from(iterator(arn)).size(), 10u);
}

TEST_F(index_backfills, leave_the_attributes_that_a_key_uses) {
  const auto definitions = [&] { return member(table(), "AttributeDefinitions").value_or(""); };
  const std::string before = definitions();
  must(update_table, update(R"({"Create":{"IndexName":"by_year","KeySchema":[{"AttributeName":"year","KeyType":"HASH"},
    {"AttributeName":"genre","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}})",
                            R"(genre","AttributeType":"S"},{"AttributeName":"year)"));
  fill();
  EXPECT_NE(definitions().find("year"), std::string::npos);
  must(update_table, remove("by_genre"));
  EXPECT_NE(definitions().find("genre"), std::string::npos) << "by_year uses it";
  must(update_table, remove("by_year"));
  EXPECT_EQ(definitions(), R"([{"AttributeName":"id","AttributeType":"S"}])");
  EXPECT_NE(before, definitions());
}

TEST_F(index_backfills, are_refused) {
  const std::string invalid = "validation: One or more parameter values were invalid: ";
  const std::string limit =
      "limit_exceeded: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
  struct {
    std::string request, words;
  } const cases[] = {
      {update(index("by_genre")), invalid + "Duplicate index name: by_genre"},
      {remove("by_name"), "resource_not_found: Requested resource not found: Index: by_name of table: films not found"},
      {update(index("one") + "," + index("two")), limit},
      {update(index("one") + R"(,{"Delete":{"IndexName":"by_genre"}})"), limit},
      {update(index("by_it", "genre")), invalid + "Some index key attributes are not defined in AttributeDefinitions. "
                                                  "Keys: [genre], AttributeDefinitions: [year]"},
      {update(index("by_it", "genre"), "genre", "N"),
       invalid + "Attribute genre is defined as N, and is a key attribute of type S"},
      {update(index("by_year", "year", R"(,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})")),
       invalid +
           "ProvisionedThroughput should not be specified for index: by_year when BillingMode is PAY_PER_REQUEST"},
      {update("{}"), invalid + "Each GlobalSecondaryIndexUpdate must have exactly one of Update, Create and Delete"},
      {update(""), invalid + "List of GlobalSecondaryIndexUpdates is empty"},
      {update(index("x")),
       "validation: 1 validation error detected: Value 'x' at "
       "'globalSecondaryIndexUpdates.1.member.create.indexName' failed to satisfy constraint: Member "
       "must have length greater than or equal to 3"},
  };
  const std::string before = table();
  for (const auto& [request, words] : cases) EXPECT_EQ(told(update_table, request), words) << request;
  EXPECT_EQ(table(), before);
  must(update_table, update(index("by_year")));
  EXPECT_EQ(told(update_table, update(index("another"))), limit);
  EXPECT_EQ(told(update_table, remove("by_genre")), limit);
  must(update_table, remove("by_year"));
}

TEST_F(index_backfills, are_twenty_at_the_most) {
  for (int i = 1; i < 20; ++i) {
    must(update_table, update(index("index" + std::to_string(i))));
    fill();
  }
  EXPECT_EQ(told(update_table, update(index("index20"))),
            "validation: One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table "
            "limit of 20");
}

}  // namespace

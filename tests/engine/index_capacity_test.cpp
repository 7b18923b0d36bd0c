// What reads and writes of tables with indexes consume, and the metrics of item collections.
#include "index_fixture.hpp"

#include <string>
#include <vector>

namespace dynamo::engine::test {
namespace {

struct written {
  std::string what;
  std::string item;      ///< the attributes besides the key; "-": the item is deleted
  std::string consumed;  ///< by index, "-": nothing by indexes
  std::string table = "1.0";
};

class index_capacity : public indexes {
 protected:
  void SetUp() override {
    indexes::SetUp();
    make_films();
  }
  /// "by_director 1.0 by_genre 2.0 / by_rating 1.0": global ones, local ones.
  static std::string units_of(std::string_view answer, std::string_view* table = nullptr) {
    static std::string kept;
    const std::string consumed = member(answer, "ConsumedCapacity").value_or("{}");
    std::string text;
    double sum = 0;
    const auto add = [&](std::string_view list) {
      testing_support::for_each_member(
          member(consumed, list).value_or("{}"), [&](std::string_view name, std::string_view units) {
            const std::string number = member(units, "CapacityUnits").value_or("?");
            sum += std::stod(number);
            text.append(text.empty() || text.back() == ' ' ? "" : " ").append(name).append(" ").append(number);
          });
    };
    add("GlobalSecondaryIndexes");
    if (member(consumed, "LocalSecondaryIndexes")) text += text.empty() ? "/ " : " / ";
    add("LocalSecondaryIndexes");
    kept = member(member(consumed, "Table").value_or("{}"), "CapacityUnits").value_or("none");
    if (table != nullptr) *table = kept;
    sum += kept == "none" ? 0 : std::stod(kept);
    EXPECT_EQ(std::stod(member(consumed, "CapacityUnits").value_or("-1")), sum) << answer;
    return text.empty() ? "-" : text;
  }
};

TEST_F(index_capacity, of_writes_is_charged_by_the_change_of_index_rows) {
  const std::string kilobyte(1000, 'x');
  const std::vector<written> steps = {
      {"in no index", R"("note":{"S":"a"})", "-"},
      {"into one", R"("note":{"S":"a"},"genre":{"S":"g"})", "by_genre 1.0"},
      {"the same again", R"("note":{"S":"a"},"genre":{"S":"g"})", "-"},
      {"what the index does not hold", R"("note":{"S":"b"},"genre":{"S":"g"})", "-"},
      {"the key moves", R"("note":{"S":"b"},"genre":{"S":"h"})", "by_genre 2.0"},
      {"into two more", R"("genre":{"S":"h"},"director":{"S":"d"},"rating":{"N":"1"})",
       "by_director 1.0 / by_rating 1.0"},
      {"in place", R"("genre":{"S":"h"},"director":{"S":"d"},"rating":{"N":"1"},"note":{"S":"c"})", "by_director 1.0"},
      {"larger", R"("genre":{"S":"h"},"director":{"S":"d"},"rating":{"N":"1"},"note":{"S":")" + kilobyte + "\"}",
       "by_director 2.0", "2.0"},
      {"moved while large",
       R"("genre":{"S":"h"},"director":{"S":"d"},"rating":{"N":"2"},"note":{"S":")" + kilobyte + "\"}",
       "by_director 4.0 / by_rating 2.0", "2.0"},
      {"smaller", R"("genre":{"S":"h"},"director":{"S":"d"},"rating":{"N":"2"})", "by_director 2.0", "2.0"},
      {"out of two", R"("genre":{"S":"h"},"director":{"S":"d"})", "by_director 1.0 / by_rating 1.0"},
      {"deleted", "-", "by_genre 1.0"},
      {"deleted again", "-", "-"},
  };
  for (const written& step : steps) {
    const std::string answer =
        step.item == "-"
            ? call(operation_name::delete_item, R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"t"}},
                "ReturnConsumedCapacity":"INDEXES"})")
            : put(R"({"year":{"N":"1"},"title":{"S":"t"},)" + step.item + "}",
                  R"(,"ReturnConsumedCapacity":"INDEXES")");
    std::string_view table;
    EXPECT_EQ(units_of(answer, &table), step.consumed) << step.what << ": " << answer;
    EXPECT_EQ(table, step.table) << step.what;
  }
  EXPECT_EQ(put(R"({"year":{"N":"1"},"title":{"S":"t"},"genre":{"S":"g"}})", R"(,"ReturnConsumedCapacity":"TOTAL")"),
            R"({"ConsumedCapacity":{"CapacityUnits":2.0,"TableName":"films"}})");
}

TEST_F(index_capacity, of_reads_is_charged_where_they_read) {
  const std::string large(3000, 'x');
  for (int i = 0; i < 4; ++i) {
    put(R"({"year":{"N":"1"},"title":{"S":"t)" + std::to_string(i) + R"("},"director":{"S":"d"},"rating":{"N":"1"},
      "note":{"S":")" +
        large + "\"}}");
  }
  const std::string by_year = R"("KeyConditionExpression":"#y = :y","ExpressionAttributeNames":{"#y":"year"},
    "ExpressionAttributeValues":{":y":{"N":"1"}},"ReturnConsumedCapacity":"INDEXES")";
  const std::string by_director =
      R"("KeyConditionExpression":"director = :d","ExpressionAttributeValues":{":d":{"S":"d"}},
    "ReturnConsumedCapacity":"INDEXES")";
  std::string_view table;
  EXPECT_EQ(units_of(query("by_director", by_director), &table), "by_director 1.5");
  EXPECT_EQ(table, "0.0");
  EXPECT_EQ(units_of(query("by_director", by_director + R"(,"Select":"COUNT")"), &table), "by_director 1.5");
  EXPECT_EQ(units_of(query("by_rating", by_year), &table), "/ by_rating 0.5");
  EXPECT_EQ(table, "0.0");
  EXPECT_EQ(units_of(query("by_rating", by_year + R"(,"ConsistentRead":true)"), &table), "/ by_rating 1.0");
  // Four fetches, each of whole units.
  EXPECT_EQ(units_of(query("by_rating", by_year + R"(,"Select":"ALL_ATTRIBUTES")"), &table), "/ by_rating 0.5");
  EXPECT_EQ(table, "2.0");
  EXPECT_EQ(units_of(query("by_rating", by_year + R"(,"Select":"ALL_ATTRIBUTES","ConsistentRead":true)"), &table),
            "/ by_rating 1.0");
  EXPECT_EQ(table, "4.0");
  EXPECT_EQ(units_of(scan("by_genre", R"(,"ReturnConsumedCapacity":"INDEXES")"), &table), "by_genre 0.5");
}

TEST_F(index_capacity, item_collections_are_measured_where_there_are_local_indexes) {
  const std::string size = R"(,"ReturnItemCollectionMetrics":"SIZE")";
  const std::string metrics =
      R"({"ItemCollectionMetrics":{"ItemCollectionKey":{"year":{"N":"1"}},"SizeEstimateRangeGB":[0.0,1.0]}})";
  EXPECT_EQ(put(R"({"year":{"N":"1"},"title":{"S":"t"}})", size), metrics);
  EXPECT_EQ(call(operation_name::update_item,
                 R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"u"}})" + size + "}"),
            metrics);
  EXPECT_EQ(call(operation_name::delete_item,
                 R"({"TableName":"films","Key":{"year":{"N":"1"},"title":{"S":"t"}})" + size + "}"),
            metrics);
  EXPECT_EQ(put(R"({"year":{"N":"1"},"title":{"S":"t"}})", R"(,"ReturnItemCollectionMetrics":"NONE")"), "{}");
  EXPECT_EQ(put(R"({"year":{"N":"1"},"title":{"S":"t"}})", R"(,"ReturnItemCollectionMetrics":"MANY")"),
            "validation: 1 validation error detected: Value 'MANY' at 'returnItemCollectionMetrics' failed to satisfy "
            "constraint: Member must satisfy enum value set: [SIZE, NONE]");
  call(operation_name::create_table, R"({"TableName":"plain","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})");
  EXPECT_EQ(call(operation_name::put_item, R"({"TableName":"plain","Item":{"pk":{"S":"p"}})" + size + "}"), "{}");
}

}  // namespace
}  // namespace dynamo::engine::test

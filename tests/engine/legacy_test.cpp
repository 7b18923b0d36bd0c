// The parameters that expressions have replaced, as requests: each does what its expression does, and is refused in words of its own.
#include "../support/wire.hpp"

#include <engine/engine.hpp>

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using op = operation_name;
const std::string detected = "validation: 1 validation error detected: ";
const std::string invalid = "One or more parameter values were invalid: ";

class legacy : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_in_memory({});
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
    for (const std::string table : {"films", "others"}) {
      const std::string made =
          call(op::create_table, R"({"TableName":")" + table + R"(","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},
          {"AttributeName":"g","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
        "GlobalSecondaryIndexes":[{"IndexName":"by_g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],
          "Projection":{"ProjectionType":"ALL"}}],
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})");
      ASSERT_NE(made.find("CREATING"), std::string::npos) << made;
    }
  }

  std::string call(op what, const std::string& body) { return testing_support::call(*db_, what, body).to_string(); }
  /// On the item 1 of the table.
  std::string update(const std::string& rest, std::string_view table = "films") {
    return call(op::update_item,
                R"({"TableName":")" + std::string(table) + R"(","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},)" + rest + "}");
  }
  std::string put(std::string_view key, std::string_view attributes, std::string_view more = "",
                  std::string_view table = "films") {
    return call(op::put_item, R"({"TableName":")" + std::string(table) + R"(","Item":{"pk":{"S":"p"},"sk":{"N":")" +
                                  std::string(key) + "\"}" + std::string(attributes) + "}" + std::string(more) + "}");
  }
  std::string get(std::string_view more = "", std::string_view table = "films") {
    return call(op::get_item, R"({"TableName":")" + std::string(table) + R"(","Key":{"pk":{"S":"p"},"sk":{"N":"1"}})" +
                                  std::string(more) + "}");
  }
  std::string read(op what, const std::string& rest) { return call(what, R"({"TableName":"films",)" + rest + "}"); }

  void fill() {
    put("1", R"(,"n":{"N":"1"},"s":{"S":"ab"})");
    put("2", R"(,"n":{"N":"2"},"s":{"S":"b"},"g":{"S":"x"})");
    put("3", R"(,"n":{"N":"3"},"t":{"SS":["u","v"]},"g":{"S":"x"})");
    put("10", R"(,"l":{"L":[{"N":"1"}]})");
  }

  std::shared_ptr<endpoint> db_;
};

struct spoken_twice {
  std::string legacy, expression;
};

TEST_F(legacy, attribute_updates_do_what_their_expressions_do) {
  const std::array<std::string_view, 3> before{"", R"(,"n":{"N":"1"},"s":{"S":"x"},"t":{"SS":["u","v"]})",
                                               R"(,"l":{"L":[{"N":"1"}]},"t":{"NS":["1"]},"g":{"S":"x"})"};
  const auto values = [](const std::string& list) { return R"(,"ExpressionAttributeValues":{)" + list + "}"; };
  const std::vector<spoken_twice> cases{
      {R"("AttributeUpdates":{"n":{"Value":{"N":"5"}}})",
       R"("UpdateExpression":"SET n = :v")" + values(R"(":v":{"N":"5"})")},
      {R"("AttributeUpdates":{"n":{"Value":{"N":"5"},"Action":"PUT"},"s":{"Action":"DELETE"}})",
       R"("UpdateExpression":"SET n = :v REMOVE s")" + values(R"(":v":{"N":"5"})")},
      {R"("AttributeUpdates":{"n":{"Value":{"N":"5"},"Action":"ADD"}})",
       R"("UpdateExpression":"ADD n :v")" + values(R"(":v":{"N":"5"})")},
      {R"("AttributeUpdates":{"t":{"Value":{"SS":["w","u"]},"Action":"ADD"}})",
       R"("UpdateExpression":"ADD t :v")" + values(R"(":v":{"SS":["u","w"]})")},
      {R"("AttributeUpdates":{"t":{"Value":{"SS":["u"]},"Action":"DELETE"}})",
       R"("UpdateExpression":"DELETE t :v")" + values(R"(":v":{"SS":["u"]})")},
      {R"("AttributeUpdates":{"l":{"Value":{"L":[{"N":"2"}]},"Action":"ADD"}})",
       R"~("UpdateExpression":"SET l = list_append(if_not_exists(l, :e), :v)")~" +
           values(R"(":e":{"L":[]},":v":{"L":[{"N":"2"}]})")},
      {R"("AttributeUpdates":{"s":{"Action":"DELETE"},"g":{"Action":"DELETE"}})",
       R"("UpdateExpression":"REMOVE s, g")"},
      {R"("AttributeUpdates":{"n":{"Value":{"N":"5"}}},"Expected":{"n":{"Value":{"N":"1"}}})",
       R"("UpdateExpression":"SET n = :v","ConditionExpression":"n = :n")" +
           values(R"(":v":{"N":"5"},":n":{"N":"1"})")},
  };
  for (const std::string_view returns : {"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"}) {
    const std::string more = R"(,"ReturnConsumedCapacity":"INDEXES","ReturnValues":")" + std::string(returns) + "\"";
    for (const std::string_view item : before) {
      for (const spoken_twice& c : cases) {
        for (const std::string_view table : {"films", "others"}) {
          call(op::delete_item,
               R"({"TableName":")" + std::string(table) + R"(","Key":{"pk":{"S":"p"},"sk":{"N":"1"}}})");
          if (!item.empty()) put("1", item, "", table);
        }
        std::string by_expression = update(c.expression + more, "others");
        for (std::size_t at = 0; (at = by_expression.find("others")) != std::string::npos;) {
          by_expression.replace(at, 6, "films");
        }
        if (by_expression.find("incorrect data type") != std::string::npos) {
          by_expression = "validation: Type mismatch for attribute to update";
        }
        EXPECT_EQ(update(c.legacy + more), by_expression) << c.legacy << item;
        EXPECT_EQ(get(), get("", "others")) << c.legacy << item;
      }
    }
  }
}

TEST_F(legacy, attribute_updates_are_refused_in_their_own_words) {
  put("1", R"(,"n":{"N":"1"},"s":{"S":"x"})");
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("AttributeUpdates":{"n":{"Action":"ADD"}})",
       detected + invalid + "Only DELETE action is allowed when no attribute value is specified"},
      {R"("AttributeUpdates":{"n":{}})",
       detected + invalid + "Only DELETE action is allowed when no attribute value is specified"},
      {R"("AttributeUpdates":{"n":{"Action":"ADD","Value":{"S":"x"}}})",
       detected + invalid + "ADD action is not supported for the type S"},
      {R"("AttributeUpdates":{"n":{"Action":"DELETE","Value":{"N":"1"}}})",
       detected + invalid + "DELETE action with value is not supported for the type N"},
      {R"("AttributeUpdates":{"n":{"Action":"SET","Value":{"N":"1"}}})",
       detected + "Value 'SET' at 'attributeUpdates.n.member.action' failed to satisfy constraint: Member must satisfy "
                  "enum value set: [ADD, DELETE, PUT]"},
      {R"("AttributeUpdates":{"pk":{"Value":{"S":"x"}}})",
       "validation: " + invalid + "Cannot update attribute pk. This attribute is part of the key"},
      {R"("AttributeUpdates":{"g":{"Value":{"N":"1"}}})",
       "validation: " + invalid + "Type mismatch for Index Key g Expected: S Actual: N IndexName: by_g"},
      {R"("AttributeUpdates":{"s":{"Action":"ADD","Value":{"N":"1"}}})",
       "validation: Type mismatch for attribute to update"},
      {R"("AttributeUpdates":{"n":{"Action":"DELETE","Value":{"NS":["1"]}}})",
       "validation: Type mismatch for attribute to update"},
      {R"("AttributeUpdates":{"n":{"Value":{"N":"1"}},"n":{"Value":{"N":"2"}}})",
       "serialization: AttributeUpdates names the attribute n twice"},
      {R"("AttributeUpdates":{"":{"Value":{"N":"1"}}})",
       detected + invalid + "An attribute name must have at least one character"},
      {R"("AttributeUpdates":{"n":{"Value":{"N":"1"}}},"ConditionExpression":"n = :n")",
       detected + "Can not use both expression and non-expression parameters in the same request: Non-expression "
                  "parameters: {AttributeUpdates} Expression parameters: {ConditionExpression}"},
      {R"("AttributeUpdates":{},"Expected":{},"UpdateExpression":"REMOVE n","ConditionExpression":"n = :n")",
       detected + "Can not use both expression and non-expression parameters in the same request: Non-expression "
                  "parameters: {AttributeUpdates, Expected} Expression parameters: {UpdateExpression, "
                  "ConditionExpression}"},
      {R"("AttributeUpdates":{"n":{"Value":{"N":"1"}}},"ExpressionAttributeNames":{"#n":"n"})",
       detected + "ExpressionAttributeNames can only be specified when using expressions"},
  };
  const std::string was = get();
  for (const auto& [rest, told] : cases) EXPECT_EQ(update(rest), told) << rest;
  EXPECT_EQ(get(), was);
}

TEST_F(legacy, an_update_that_names_nothing_makes_the_item) {
  EXPECT_EQ(update(R"("AttributeUpdates":{},"Expected":{})"), "{}");
  EXPECT_EQ(get(), R"({"Item":{"pk":{"S":"p"},"sk":{"N":"1"}}})");
}

TEST_F(legacy, an_update_that_only_deletes_makes_none) {
  EXPECT_EQ(update(R"("AttributeUpdates":{"n":{"Action":"DELETE"}})"), "{}");
  EXPECT_EQ(get(), "{}");
}

// An update expression of this value costs more than an item may have; AttributeUpdates are measured by the item alone.
TEST_F(legacy, attribute_updates_are_measured_by_the_item) {
  const std::string long_text(409'000, 'x');
  EXPECT_EQ(update(R"("AttributeUpdates":{"s":{"Value":{"S":")" + long_text + "\"}}}"), "{}");
  EXPECT_EQ(update(R"("AttributeUpdates":{"s":{"Value":{"S":")" + long_text + R"("}},"r":{"Value":{"S":")" +
                   std::string(1'000, 'x') + "\"}}}"),
            "validation: Item size to update has exceeded the maximum allowed size");
  // Before the condition.
  EXPECT_EQ(update(R"("Expected":{"s":{"Exists":false}},"AttributeUpdates":{"r":{"Value":{"S":")" +
                   std::string(1'000, 'x') + "\"}}}"),
            "validation: Item size to update has exceeded the maximum allowed size");
  EXPECT_EQ(update(R"("Expected":{"s":{"Exists":false}},"AttributeUpdates":{"s":{"Value":{"S":"x"}}})"),
            "conditional_check_failed: The conditional request failed");
}

TEST_F(legacy, expected_guards_puts_updates_and_deletes) {
  const std::string refused = "conditional_check_failed: The conditional request failed";
  EXPECT_EQ(put("1", R"(,"n":{"N":"1"})", R"(,"Expected":{"pk":{"Exists":false}})"), "{}");
  EXPECT_EQ(put("1", R"(,"n":{"N":"2"})", R"(,"Expected":{"pk":{"Exists":false}})"), refused);
  EXPECT_EQ(put("1", R"(,"n":{"N":"2"})", R"(,"Expected":{"n":{"Value":{"N":"1.0"},"Exists":true}})"), "{}");
  EXPECT_EQ(put("1", R"(,"n":{"N":"3"})",
                R"(,"Expected":{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"3"},{"N":"9"}]}})"),
            refused);
  const std::string two =
      R"("Expected":{"n":{"ComparisonOperator":"GT","Value":{"N":"1"}},"s":{"ComparisonOperator":"NOT_NULL"}})";
  EXPECT_EQ(update(R"("AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"1"}}},)" + two), refused);
  EXPECT_EQ(update(R"("AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"1"}}},)" + two +
                   R"(,"ConditionalOperator":"AND")"),
            refused);
  EXPECT_EQ(update(R"("AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"1"}}},)" + two +
                   R"(,"ConditionalOperator":"OR")"),
            "{}");
  const std::string key = R"({"TableName":"films","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},"ReturnValues":"ALL_OLD",)";
  EXPECT_EQ(
      call(op::delete_item, key + R"("Expected":{"n":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"3"}]}}})"),
      refused);
  EXPECT_EQ(call(op::delete_item, key + R"("Expected":{"n":{"Value":{"N":"3"}}}})"),
            R"({"Attributes":{"n":{"N":"3"},"pk":{"S":"p"},"sk":{"N":"1"}}})");
}

TEST_F(legacy, expected_is_refused_in_its_own_words) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("Expected":{"a":{"Exists":true}})",
       detected + invalid + "Value must be provided when Exists is true for Attribute: a"},
      {R"("Expected":{"a":{"Exists":false,"Value":{"N":"1"}}})",
       detected + invalid + "Value cannot be used when Exists is false for Attribute: a"},
      {R"("Expected":{"a":{"ComparisonOperator":"EQ"}})",
       detected + invalid + "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a"},
      {R"("Expected":{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"}]}})",
       detected + invalid + "Invalid number of argument(s) for the BETWEEN ComparisonOperator"},
      {R"("Expected":{"a":{"ComparisonOperator":"LIKE"}})",
       detected +
           "Value 'LIKE' at 'expected.a.member.comparisonOperator' failed to satisfy constraint: Member must "
           "satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, "
           "GE, CONTAINS]"},
      {R"("Expected":{"a":{"Value":{"N":"1"}}},"ConditionalOperator":"OR")",
       detected + "ConditionalOperator can only be used when Filter or Expected has two or more elements"},
      {R"("ConditionalOperator":"AND")", detected + "ConditionalOperator cannot be used without Filter or Expected"},
      {R"("Expected":{"a":{"Value":{"N":"1"}}},"ConditionalOperator":"XOR")",
       detected + "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"},
      {R"~("Expected":{"a":{"Value":{"N":"1"}}},"ConditionExpression":"attribute_exists(pk)")~",
       detected + "Can not use both expression and non-expression parameters in the same request: Non-expression "
                  "parameters: {Expected} Expression parameters: {ConditionExpression}"},
      {R"("Expected":{"a":{"Value":{"N":"1"}}},"ExpressionAttributeValues":{":a":{"N":"1"}})",
       detected + "ExpressionAttributeValues can only be specified when using expressions"},
      {R"("Expected":{"a":{"Value":{"N":"x"}}})", detected + "The parameter cannot be converted to a numeric value: x"},
  };
  for (const auto& [rest, told] : cases) {
    EXPECT_EQ(put("1", "", "," + rest), told);
    EXPECT_EQ(update(rest), told);
    EXPECT_EQ(call(op::delete_item, R"({"TableName":"films","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},)" + rest + "}"),
              told);
  }
}

TEST_F(legacy, attributes_to_get_are_a_projection) {
  put("1", R"(,"a":{"N":"1"},"a.b":{"N":"2"},"m":{"M":{"x":{"N":"3"}}})");
  EXPECT_EQ(get(R"(,"AttributesToGet":["a"])"), R"({"Item":{"a":{"N":"1"}}})");
  EXPECT_EQ(get(R"(,"AttributesToGet":["a.b","m","status","pk"])"),
            R"({"Item":{"a.b":{"N":"2"},"m":{"M":{"x":{"N":"3"}}},"pk":{"S":"p"}}})");
  EXPECT_EQ(get(R"(,"AttributesToGet":["m.x"])"), R"({"Item":{}})");
  EXPECT_EQ(get(R"(,"AttributesToGet":["a","a"])"), "validation: " + invalid + "Duplicate value in attribute name: a");
  EXPECT_EQ(get(R"(,"AttributesToGet":[])"),
            detected +
                "Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater "
                "than or equal to 1");
  EXPECT_EQ(get(R"(,"AttributesToGet":["a"],"ProjectionExpression":"a")"),
            "validation: Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}");
  EXPECT_EQ(get(R"(,"AttributesToGet":["a"],"ExpressionAttributeNames":{"#a":"a"})"),
            "validation: ExpressionAttributeNames can only be specified when using expressions");
  std::string many = R"(,"AttributesToGet":["a")";
  for (int i = 0; i < 2'047; ++i) many += R"(,"a)" + std::to_string(i) + "\"";
  EXPECT_EQ(get(many + "]"), R"({"Item":{"a":{"N":"1"}}})");
  EXPECT_EQ(get(many + R"(,"b"])"), "validation: " + invalid + "AttributesToGet have more than 2048 names");

  const std::string keys = R"("Keys":[{"pk":{"S":"p"},"sk":{"N":"1"}}])";
  EXPECT_EQ(call(op::batch_get_item, R"({"RequestItems":{"films":{)" + keys + R"(,"AttributesToGet":["a"]}}})"),
            R"({"Responses":{"films":[{"a":{"N":"1"}}]},"UnprocessedKeys":{}})");
  EXPECT_EQ(
      call(op::batch_get_item, R"({"RequestItems":{"films":{)" + keys + R"(,"AttributesToGet":["a"]},"others":{)" +
                                   keys + R"(,"ProjectionExpression":"a"}}})"),
      "validation: Can not use both expression and non-expression parameters in the same request: Non-expression "
      "parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}");
}

TEST_F(legacy, a_query_by_key_conditions_is_that_by_an_expression) {
  fill();
  const std::string partition = R"("pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"p"}]})";
  const auto sort = [&](const std::string& name, const std::string& values) {
    return R"("KeyConditions":{)" + partition + R"(,"sk":{"ComparisonOperator":")" + name +
           R"(","AttributeValueList":[)" + values + "]}}";
  };
  const auto by_expression = [](const std::string& more, const std::string& values) {
    return R"("KeyConditionExpression":"pk = :p)" + more + R"(","ExpressionAttributeValues":{":p":{"S":"p"})" + values +
           "}";
  };
  const std::string two = R"(,":a":{"N":"2"})";
  const std::vector<spoken_twice> cases{
      {R"("KeyConditions":{)" + partition + "}", by_expression("", "")},
      {sort("EQ", R"({"N":"2"})"), by_expression(" AND sk = :a", two)},
      {sort("LT", R"({"N":"2"})"), by_expression(" AND sk < :a", two)},
      {sort("LE", R"({"N":"2"})"), by_expression(" AND sk <= :a", two)},
      {sort("GT", R"({"N":"2"})"), by_expression(" AND sk > :a", two)},
      {sort("GE", R"({"N":"2"})"), by_expression(" AND sk >= :a", two)},
      {sort("BETWEEN", R"({"N":"2"},{"N":"9"})"),
       by_expression(" AND sk BETWEEN :a AND :b", two + R"(,":b":{"N":"9"})")},
      {R"("KeyConditions":{)" + partition +
           R"(},"QueryFilter":{"n":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"2"}]},)"
           R"("t":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"u"}]}})",
       by_expression("", two + R"(,":u":{"S":"u"})") + R"~(,"FilterExpression":"n >= :a AND contains(t, :u)")~"},
      {R"("KeyConditions":{)" + partition +
           R"(},"ConditionalOperator":"OR","QueryFilter":{"n":{"ComparisonOperator":"NULL"},)"
           R"("s":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"a"}]}})",
       by_expression("", R"(,":a":{"S":"a"})") +
           R"~(,"FilterExpression":"attribute_not_exists(n) OR begins_with(s, :a)")~"},
      {R"("KeyConditions":{)" + partition + R"(},"AttributesToGet":["n"])",
       by_expression("", "") + R"(,"ProjectionExpression":"n")"},
      {R"("KeyConditions":{)" + partition + R"(},"AttributesToGet":["n"],"Select":"SPECIFIC_ATTRIBUTES")",
       by_expression("", "") + R"(,"ProjectionExpression":"n")"},
      {R"("KeyConditions":{"g":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]}},"IndexName":"by_g",)"
       R"("QueryFilter":{"n":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"3"},{"N":"4"}]}})",
       R"("KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"x"},":a":{"N":"3"},":b":{"N":"4"}},)"
       R"~("IndexName":"by_g","FilterExpression":"n IN (:a, :b)")~"},
  };
  for (const spoken_twice& c : cases) {
    for (const std::string more : {"", R"(,"ScanIndexForward":false,"Limit":3,"ReturnConsumedCapacity":"TOTAL")"}) {
      EXPECT_EQ(read(op::query, c.legacy + more), read(op::query, c.expression + more)) << c.legacy;
    }
  }
}

TEST_F(legacy, a_scan_with_a_filter_is_that_with_an_expression) {
  fill();
  const std::vector<spoken_twice> cases{
      {R"("ScanFilter":{"n":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"1"}]}})",
       R"("FilterExpression":"n > :a","ExpressionAttributeValues":{":a":{"N":"1"}})"},
      {R"("ScanFilter":{"sk":{"ComparisonOperator":"LT","AttributeValueList":[{"N":"3"}]}},"AttributesToGet":["s"])",
       R"("FilterExpression":"sk < :a","ExpressionAttributeValues":{":a":{"N":"3"}},"ProjectionExpression":"s")"},
      {R"("ScanFilter":{"s":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"b"}]}})",
       R"("FilterExpression":"s <> :a","ExpressionAttributeValues":{":a":{"S":"b"}})"},
      {R"("ScanFilter":{"t":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"S":"w"}]}})",
       R"~("FilterExpression":"attribute_exists(t) AND NOT contains(t, :a)","ExpressionAttributeValues":{":a":{"S":"w"}})~"},
      {R"("ScanFilter":{})", R"("TotalSegments":1,"Segment":0)"},
  };
  for (const spoken_twice& c : cases) EXPECT_EQ(read(op::scan, c.legacy), read(op::scan, c.expression)) << c.legacy;
}

TEST_F(legacy, reads_are_refused_in_their_own_words) {
  const std::string partition = R"("pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"p"}]})";
  const std::string keys = R"("KeyConditions":{)" + partition + "}";
  const std::vector<std::pair<std::string, std::string>> queries{
      {R"("KeyConditions":{})", "validation: Conditions can be of length 1 or 2 only"},
      {R"("KeyConditions":{"sk":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}]}})",
       "validation: Query condition missed key schema element: pk"},
      {R"("KeyConditions":{)" + partition + R"(,"n":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"1"}]}})",
       "validation: Query condition missed key schema element: sk"},
      {R"("KeyConditions":{"pk":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"p"}]}})",
       "validation: Query key condition not supported"},
      {R"("KeyConditions":{)" + partition + R"(,"sk":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"1"}]}})",
       "validation: Attempted conditional constraint is not an indexable operation"},
      {R"("KeyConditions":{)" + partition + R"(,"sk":{"ComparisonOperator":"NOT_NULL"}})",
       "validation: Attempted conditional constraint is not an indexable operation"},
      {R"("KeyConditions":{)" + partition + R"(,"sk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"1"}]}})",
       "validation: " + invalid + "Condition parameter type does not match schema type"},
      {R"("KeyConditions":{"pk":{"AttributeValueList":[{"S":"p"}]}})",
       detected +
           "Value null at 'keyConditions.pk.member.comparisonOperator' failed to satisfy constraint: Member must "
           "not be null"},
      {keys + R"(,"QueryFilter":{"sk":{"ComparisonOperator":"NOT_NULL"}})",
       "validation: QueryFilter can only contain non-primary key attributes: Primary key attribute: sk"},
      {keys + R"(,"QueryFilter":{"n":{"ComparisonOperator":"LT","AttributeValueList":[{"BOOL":true}]}})",
       "validation: " + invalid + "ComparisonOperator LT is not valid for BOOL AttributeValue type"},
      {keys + R"(,"FilterExpression":"n = :n","AttributesToGet":["a"])",
       "validation: Can not use both expression and non-expression parameters in the same request: Non-expression "
       "parameters: {AttributesToGet, KeyConditions} Expression parameters: {FilterExpression}"},
      {R"("KeyConditionExpression":"pk = :p","QueryFilter":{"n":{"ComparisonOperator":"NULL"}})",
       "validation: Can not use both expression and non-expression parameters in the same request: Non-expression "
       "parameters: {QueryFilter} Expression parameters: {KeyConditionExpression}"},
      {keys + R"(,"ConditionalOperator":"OR")",
       "validation: ConditionalOperator cannot be used without Filter or Expected"},
      {keys + R"(,"ConditionalOperator":"OR","QueryFilter":{"n":{"ComparisonOperator":"NULL"}})",
       "validation: ConditionalOperator can only be used when Filter or Expected has two or more elements"},
      {keys + R"(,"Select":"MOST","ConditionalOperator":"XOR")",
       "validation: Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"},
      {keys + R"(,"AttributesToGet":["a"],"Select":"ALL_ATTRIBUTES")",
       "validation: 1 validation error detected: Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES"},
      {keys + R"(,"AttributesToGet":["a"],"Select":"COUNT")",
       "validation: 1 validation error detected: Cannot specify the AttributesToGet when choosing to get only the Count"},
  };
  for (const auto& [rest, told] : queries) EXPECT_EQ(read(op::query, rest), told) << rest;
  const std::vector<std::pair<std::string, std::string>> scans{
      {R"("ScanFilter":{"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"2"},{"N":"1"}]}})",
       "validation: The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"},
      {R"("ScanFilter":{"a":{"ComparisonOperator":"EQ"}})",
       "validation: " + invalid + "Invalid number of argument(s) for the EQ ComparisonOperator"},
      {R"("ScanFilter":{"a":{"ComparisonOperator":"NULL"}},"FilterExpression":"a = :a")",
       "validation: Can not use both expression and non-expression parameters in the same request: Non-expression "
       "parameters: {ScanFilter} Expression parameters: {FilterExpression}"},
  };
  for (const auto& [rest, told] : scans) EXPECT_EQ(read(op::scan, rest), told) << rest;
}

}  // namespace
}  // namespace dynamo::engine

// Whose words errors have: those of 2026, and those of 2025 where database_options::wording asks for them.
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
const std::string detected = "1 validation error detected: ";
const std::string invalid = "One or more parameter values were invalid: ";
const std::string no_number = "The parameter cannot be converted to a numeric value";
const std::string nesting =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

class wording : public testing::Test {
 protected:
  struct row {
    op operation;
    std::string body;
    std::string of_2026, of_2025;
  };

  void SetUp() override {
    for (const error_wording era : {error_wording::of_2026, error_wording::of_2025}) {
      database_options options;
      options.wording = era;
      auto opened = open_in_memory(options);
      ASSERT_TRUE(opened) << opened.error().describe();
      by_era_.push_back(*opened);
      const std::string made = told(era, op::create_table, R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
          "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})");
      ASSERT_NE(made.find("CREATING"), std::string::npos) << made;
    }
  }

  std::string told(error_wording era, op operation, const std::string& body) {
    const auto answer = by_era_[static_cast<std::size_t>(era)]->call(request(operation, json::buffer(body)));
    if (answer) return std::string(answer->body.view());
    if (answer.error().code() == errc::validation) return answer.error().message();
    return std::string(to_string(answer.error().code())) + ": " + answer.error().message();
  }
  void expect(const std::vector<row>& rows) {
    for (const row& each : rows) {
      EXPECT_EQ(told(error_wording::of_2026, each.operation, each.body), each.of_2026) << each.body.substr(0, 500);
      EXPECT_EQ(told(error_wording::of_2025, each.operation, each.body), each.of_2025) << each.body.substr(0, 500);
    }
  }

  static std::string keyed(const std::string& rest) {
    return R"({"TableName":"things","Key":{"pk":{"S":"a"}},)" + rest + "}";
  }
  static std::string put(const std::string& value, const std::string& rest = "") {
    return R"({"TableName":"things","Item":{"pk":{"S":"a"},"v":)" + value + "}" + rest + "}";
  }
  static std::string nested(int levels) {
    std::string value = R"({"S":"x"})";
    for (int i = 0; i < levels; ++i) value = R"({"M":{"m":)" + value + "}}";
    return value;
  }

  std::vector<std::shared_ptr<endpoint>> by_era_;
};

TEST_F(wording, of_values_by_the_operation_that_reads_them) {
  const std::string repeated = "Input collection contains duplicates";
  const std::string update = R"("UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"N":"x"}})";
  const std::string bad_value = "ExpressionAttributeValues contains invalid value: " + no_number + ": x for key :v";
  const auto transact_put = [](const std::string& value) {
    return R"({"TransactItems":[{"Put":{"TableName":"things","Item":{"pk":{"S":"a"},"v":)" + value + "}}}]}";
  };
  const auto batch_put = [](const std::string& value) {
    return R"({"RequestItems":{"things":[{"PutRequest":{"Item":{"pk":{"S":"a"},"v":)" + value + "}}}]}}";
  };
  expect({
      {op::put_item, put(R"({"N":"x"})"), detected + no_number + ": x", no_number + ": x"},
      {op::put_item, put(R"({"N":""})"), detected + no_number + ": ", no_number},
      {op::put_item, put(R"({"M":{"n":{"NS":["1","1.0"]}}})"), detected + invalid + repeated + ".", repeated},
      {op::put_item, put(R"({"SS":["b","a","b"]})"),
       detected + invalid + R"(Input collection ["a","b","b"] contains duplicates.)",
       invalid + "Input collection [b, a, b] contains duplicates."},
      {op::put_item, put(R"({"SS":[]})"), detected + invalid + "An string set  may not be empty",
       invalid + "An string set  may not be empty"},
      {op::put_item, put(R"({"NULL":false})"),
       detected + invalid + "Null attribute value types must have the value of true",
       invalid + "Null attribute value types must have the value of true"},
      {op::put_item, put(nested(32)), detected + nesting, nesting},
      {op::update_item, keyed(update), detected + no_number + ": x", bad_value},
      {op::update_item,
       keyed(R"("UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":)" + nested(32) + "}"),
       detected + nesting, nesting},
      {op::update_item, keyed(R"("AttributeUpdates":{"v":{"Value":{"N":"x"}}})"), detected + no_number + ": x",
       no_number + ": x"},
      {op::delete_item, keyed(R"("Expected":{"v":{"Value":{"N":"x"}}})"), detected + no_number + ": x",
       no_number + ": x"},
      {op::delete_item, R"({"TableName":"things","Key":{"pk":{"N":"x"}}})", detected + no_number + ": x",
       no_number + ": x"},
      {op::get_item, R"({"TableName":"things","Key":{"pk":{"N":""}}})", no_number + ": ", no_number},
      {op::batch_get_item, R"({"RequestItems":{"things":{"Keys":[{"pk":{"NS":["1","1"]}}]}}})",
       invalid + repeated + ".", repeated},
      {op::query,
       R"({"TableName":"things","KeyConditionExpression":"pk = :v","ExpressionAttributeValues":{":v":{"N":"x"}}})",
       no_number + ": x", bad_value},
      {op::scan, R"({"TableName":"things","FilterExpression":"v = :v","ExpressionAttributeValues":{":v":{"N":"x"}}})",
       bad_value, bad_value},
      {op::batch_write_item, batch_put(R"({"NS":["1","1"]})"), repeated, repeated},
      {op::batch_write_item, batch_put(R"({"N":""})"), no_number, no_number},
      {op::transact_write_items, transact_put(R"({"NS":["1","1"]})"), invalid + repeated + ".", repeated},
      {op::transact_write_items,
       R"({"TransactItems":[{"Update":{"TableName":"things","Key":{"pk":{"S":"a"}},)" + update + "}}]}",
       no_number + ": x", bad_value},
      {op::transact_get_items, R"({"TransactItems":[{"Get":{"TableName":"things","Key":{"pk":{"N":""}}}}]})",
       no_number + ": ", no_number},
      {op::execute_statement, R"({"Statement":"INSERT INTO things VALUE {'pk':'a','v':?}","Parameters":[{"N":""}]})",
       no_number, no_number},
  });
}

TEST_F(wording, of_expressions_is_in_an_envelope_for_the_three_writes) {
  const std::string undefined =
      "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v";
  const std::string unused = "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}";
  const std::string alone = "ExpressionAttributeValues can only be specified when using expressions";
  const std::string condition = R"("ConditionExpression":"v = :v")";
  const std::string names = R"x("ConditionExpression":"attribute_exists(v)","ExpressionAttributeNames":{"#n":"v"})x";
  const std::string values = R"("ExpressionAttributeValues":{":v":{"S":"x"}})";
  const std::string malformed = R"("ConditionExpression":"a = = b")";
  const std::string syntax = R"(Invalid ConditionExpression: Syntax error; token: "=", near: "= = b")";
  std::vector<row> rows;
  for (const op operation : {op::put_item, op::update_item, op::delete_item}) {
    const auto with = [&](const std::string& rest) {
      return operation == op::put_item ? put(R"({"S":"x"})", "," + rest) : keyed(rest);
    };
    rows.push_back({operation, with(condition), detected + undefined, undefined});
    rows.push_back({operation, with(names), detected + unused, unused});
    rows.push_back({operation, with(values), detected + alone, alone + ": ConditionExpression is null"});
    rows.push_back({operation, with(malformed), detected + syntax, syntax});
    rows.push_back({operation, with(R"("Expected":{"a":{"Exists":true}})"),
                    detected + invalid + "Value must be provided when Exists is true for Attribute: a",
                    invalid + "Value must be provided when Exists is true for Attribute: a"});
  }
  rows.push_back(
      {op::get_item, keyed(R"("ProjectionExpression":"a, a")"),
       "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one "
       "of these paths; path one: [a], path two: [a]",
       "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one "
       "of these paths; path one: [a], path two: [a]"});
  const std::string transacted = R"({"TransactItems":[{"Delete":)" + keyed(condition) + "}]}";
  rows.push_back({op::transact_write_items, transacted, undefined, undefined});
  // What needs the table has no envelope.
  const std::string of_key = invalid + "Cannot update attribute pk. This attribute is part of the key";
  rows.push_back({op::update_item, keyed(R"("UpdateExpression":"REMOVE pk")"), of_key, of_key});
  const std::string empty_key =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
      "value. Key: pk";
  rows.push_back({op::put_item, R"({"TableName":"things","Item":{"pk":{"S":""}}})", empty_key, empty_key});
  const std::string too_large = "Item size has exceeded the maximum allowed size";
  rows.push_back({op::put_item, put(R"({"S":")" + std::string(409'600, 'x') + "\"}"), too_large, too_large});
  expect(rows);
}

TEST_F(wording, of_constraints_by_the_layer_that_checks_them) {
  const std::string constraint = " failed to satisfy constraint: ";
  const std::string returns = "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
  const std::string newer_returns =
      "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, "
      "NONE]";
  const std::string bad_capacity = "Value 'BAD' at 'returnConsumedCapacity'" + constraint +
                                   "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";
  const std::string at_least_one = "Member must have length greater than or equal to 1";
  const std::string token(37, 't');
  const std::string too_long = "Member must have length less than or equal to 36";
  expect({
      {op::put_item, put(R"({"S":"x"})", R"(,"ReturnValues":"BAD")"), detected + newer_returns,
       detected + "Value 'BAD' at 'returnValues'" + constraint + returns},
      {op::put_item, put(R"({"N":"x"})", R"(,"ReturnValues":"BAD","ReturnConsumedCapacity":"BAD")"),
       "2 validation errors detected: " + bad_capacity + "; " + newer_returns,
       "2 validation errors detected: " + bad_capacity + "; Value 'BAD' at 'returnValues'" + constraint + returns},
      {op::put_item, R"({"TableName":"","Item":{"pk":{"S":"a"}},"ReturnConsumedCapacity":"BAD"})",
       detected + "Value at 'TableName'" + constraint + at_least_one,
       "2 validation errors detected: " + bad_capacity + "; Value '' at 'tableName'" + constraint + at_least_one},
      {op::update_item, R"({"TableName":"","ReturnValues":"BAD","ReturnConsumedCapacity":"BAD"})",
       "4 validation errors detected: " + bad_capacity + "; Value '' at 'tableName'" + constraint + at_least_one +
           "; Value 'BAD' at 'returnValues'" + constraint + returns + "; Value null at 'key'" + constraint +
           "Member must not be null",
       "4 validation errors detected: " + bad_capacity + "; Value '' at 'tableName'" + constraint + at_least_one +
           "; Value 'BAD' at 'returnValues'" + constraint + returns + "; Value null at 'key'" + constraint +
           "Member must not be null"},
      {op::delete_item, keyed(R"("ReturnValues":"UPDATED_NEW")"), detected + "ReturnValues can only be ALL_OLD or NONE",
       "Return values set to invalid value"},
      {op::put_item, put(R"({"S":"x"})", R"(,"ReturnValues":"ALL_NEW")"),
       detected + "ReturnValues can only be ALL_OLD or NONE", "Return values set to invalid value"},
      {op::delete_item, keyed(R"("Expected":{"a":{"Exists":false},"b":{"Exists":false}},"ConditionalOperator":"XOR")"),
       detected + "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]",
       detected + "Value 'XOR' at 'conditionalOperator'" + constraint +
           "Member must satisfy enum value set: [OR, AND]"},
      {op::query, R"({"TableName":"things","ConditionalOperator":"XOR"})",
       "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]",
       detected + "Value 'XOR' at 'conditionalOperator'" + constraint +
           "Member must satisfy enum value set: [OR, AND]"},
      {op::transact_write_items, R"({"TransactItems":[]})",
       detected + "Value at 'TransactItems'" + constraint + at_least_one,
       detected + "Value '[]' at 'transactItems'" + constraint + at_least_one},
      {op::transact_write_items,
       R"({"TransactItems":[{"Delete":)" + keyed(R"("ReturnValuesOnConditionCheckFailure":"NONE")") +
           R"(}],"ClientRequestToken":")" + token + R"(","ReturnConsumedCapacity":"BAD"})",
       detected + "Value at 'ClientRequestToken'" + constraint + too_long,
       "2 validation errors detected: Value '" + token + "' at 'clientRequestToken'" + constraint + too_long + "; " +
           bad_capacity},
  });
}

// The newer layer leaves to the older one what nests so deep.
TEST_F(wording, of_requests_that_nest_beyond_62_levels_is_the_older) {
  const std::string deep = R"(,"ExpressionAttributeValues":{":v":)" + nested(100) + "}";
  const std::string no_returns = "ReturnValues can only be ALL_OLD or NONE";
  expect({
      {op::delete_item, keyed(R"("ReturnValues":"UPDATED_NEW","ConditionExpression":"v = :v")" + deep), no_returns,
       "Return values set to invalid value"},
      {op::put_item, put(nested(62)), detected + nesting, nesting},
      {op::put_item, put(nested(100)), nesting, nesting},
      {op::put_item, put(nested(1'000)), nesting, nesting},
  });
}

}  // namespace
}  // namespace dynamo::engine

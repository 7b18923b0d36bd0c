#include <decorators/redact.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo {
namespace {

std::string copied(std::string_view json, const std::vector<std::string>& names,
                   copy_for purpose = copy_for::recording) {
  const auto copy = copy_redacted(json, names, purpose);
  return copy ? std::string(copy->text.view()) : "no JSON";
}

TEST(CopyRedacted, IsOneLineWithoutWhiteSpaceAndEscapesThatAreNotNeeded) {
  EXPECT_EQ(copied("{ \"a\" : [ 1.50 ,true, null,\n\"\\u00e4\\/\\n\" ] , \"b\":{} }", {}),
            "{\"a\":[1.50,true,null,\"ä/\\n\"],\"b\":{}}");
}

TEST(CopyRedacted, AnswersNothingForWhatIsNoJson) {
  for (const char* text : {"", "{", "{}}", "nonsense", "{\"a\":}", "\"\xff\"", "[1,]"}) {
    EXPECT_EQ(copied(text, {}), "no JSON") << text;
  }
}

TEST(CopyRedacted, ReplacesTheValuesOfNamedAttributes) {
  struct {
    std::string json, expected;
  } const cases[] = {
      {R"({"Item":{"id":{"S":"1"},"pin":{"S":"secret"}}})", R"({"Item":{"id":{"S":"1"},"pin":{"S":"[redacted]"}}})"},
      {R"({"pin":{"N":"42"}})", R"({"pin":{"N":"0"}})"},
      {R"({"pin":{"B":"c2VjcmV0"}})", R"({"pin":{"B":"AAAA"}})"},
      {R"({"pin":{"SS":["a","b"]}})", R"({"pin":{"SS":["[redacted]"]}})"},
      {R"({"pin":{"NS":["1","2"]}})", R"({"pin":{"NS":["0"]}})"},
      {R"({"pin":{"BS":["c2Vj"]}})", R"({"pin":{"BS":["AAAA"]}})"},
      {R"({"pin":{"BOOL":true}})", R"({"pin":{"BOOL":false}})"},
      {R"({"pin":{"NULL":true}})", R"({"pin":{"NULL":true}})"},
      {R"({"pin":{"L":[{"S":"a"},{"M":{"x":{"N":"1"},"S":{"S":"b"}}}]}})", R"({"pin":{"L":[]}})"},
      {R"({"pin":{"M":{"a secret name":{"N":"1"},"M":{"M":{}}}}})", R"({"pin":{"M":{}}})"},
      {R"({"M":{"S":"an attribute of that name"},"pin":{"S":"a"}})",
       R"({"M":{"S":"an attribute of that name"},"pin":{"S":"[redacted]"}})"},
      {R"({"ExpressionAttributeValues":{":a":{"M":{"secret":{"S":"a"}}},":b":{"L":[{"S":"a"}]}},"UpdateExpression":"SET pin = :a"})",
       R"({"ExpressionAttributeValues":{":a":{"M":{}},":b":{"L":[]}},"UpdateExpression":"SET pin = :a"})"},
      {R"({"Item":{"deep":{"M":{"pin":{"S":"secret"}}}}})", R"({"Item":{"deep":{"M":{"pin":{"S":"[redacted]"}}}}})"},
      {R"({"Records":[{"dynamodb":{"NewImage":{"pin":{"S":"secret"}}}}]})",
       R"({"Records":[{"dynamodb":{"NewImage":{"pin":{"S":"[redacted]"}}}}]})"},
      {R"({"AttributeUpdates":{"pin":{"Action":"PUT","Value":{"S":"secret"}}}})",
       R"({"AttributeUpdates":{"pin":{"Action":"[redacted]","Value":{"S":"[redacted]"}}}})"},
      {R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"pin":{"S":"secret"}}}}]}})",
       R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"pin":{"S":"[redacted]"}}}}]}})"},
  };
  for (const auto& each : cases) EXPECT_EQ(copied(each.json, {"pin", "other"}), each.expected);
}

TEST(CopyRedacted, ReplacesTheValuesOfExpressionsThatNameTheAttribute) {
  struct {
    std::string json, expected;
  } const cases[] = {
      {R"({"ExpressionAttributeValues":{":v":{"S":"secret"}},"UpdateExpression":"SET pin = :v"})",
       R"({"ExpressionAttributeValues":{":v":{"S":"[redacted]"}},"UpdateExpression":"SET pin = :v"})"},
      {R"({"UpdateExpression":"SET #p = :v","ExpressionAttributeNames":{"#p":"pin"},)"
       R"("ExpressionAttributeValues":{":v":{"N":"7"}}})",
       R"({"UpdateExpression":"SET #p = :v","ExpressionAttributeNames":{"#p":"pin"},)"
       R"("ExpressionAttributeValues":{":v":{"N":"0"}}})"},
      {R"({"UpdateExpression":"SET b = :v","ExpressionAttributeValues":{":v":{"S":"plain"}}})",
       R"({"UpdateExpression":"SET b = :v","ExpressionAttributeValues":{":v":{"S":"plain"}}})"},
      {R"({"TransactItems":[{"Update":{"UpdateExpression":"SET pin=:v","ExpressionAttributeValues":{":v":{"S":"secret"}}}},)"
       R"({"Update":{"UpdateExpression":"SET b=:v","ExpressionAttributeValues":{":v":{"S":"plain"}}}}]})",
       R"({"TransactItems":[{"Update":{"UpdateExpression":"SET pin=:v","ExpressionAttributeValues":{":v":{"S":"[redacted]"}}}},)"
       R"({"Update":{"UpdateExpression":"SET b=:v","ExpressionAttributeValues":{":v":{"S":"plain"}}}}]})"},
      {R"({"Statement":"UPDATE t SET pin='1'","Parameters":[{"S":"secret"}]})",
       R"({"Statement":"[redacted]","Parameters":[{"S":"[redacted]"}]})"},
      {R"({"Statement":"SELECT * FROM t WHERE id=?","Parameters":[{"S":"1"}]})",
       R"({"Statement":"SELECT * FROM t WHERE id=?","Parameters":[{"S":"1"}]})"},
  };
  for (const auto& each : cases) EXPECT_EQ(copied(each.json, {"pin"}), each.expected);
}

TEST(CopyRedacted, ExpressionsToldWhatLiesInsideOfARedactedAttribute) {
  struct {
    std::string json, expected;
  } const cases[] = {
      {R"({"UpdateExpression":"SET pin.street.#n[3] = :v","ExpressionAttributeNames":{"#n":"number"},)"
       R"("ExpressionAttributeValues":{":v":{"S":"x"}},"TableName":"t"})",
       R"({"UpdateExpression":"[redacted]","ExpressionAttributeNames":{},"ExpressionAttributeValues":{},"TableName":"t"})"},
      {R"({"ExpressionAttributeNames":{"#p":"pin","#s":"street"},"ProjectionExpression":"id, #p . #s"})",
       R"({"ExpressionAttributeNames":{},"ProjectionExpression":"[redacted]"})"},
      {R"({"UpdateExpression":"REMOVE pin [1]"})", R"({"UpdateExpression":"[redacted]"})"},
      {R"~({"ConditionExpression":"attribute_exists(a.pin.b)"})~", R"({"ConditionExpression":"[redacted]"})"},
      {R"({"ConditionExpression":"size(a.pin)>:n AND pins.a=:b AND :pin.a<pin"})",
       R"({"ConditionExpression":"size(a.pin)>:n AND pins.a=:b AND :pin.a<pin"})"},
      {R"({"FilterExpression":"pin."})", R"({"FilterExpression":"[redacted]"})"},
      {R"({"FilterExpression":"pin["})", R"({"FilterExpression":"[redacted]"})"},
      {R"({"FilterExpression":"pin "})", R"({"FilterExpression":"pin "})"},
      {R"({"FilterExpression":""})", R"({"FilterExpression":""})"},
      {R"({"TransactItems":[{"Update":{"UpdateExpression":"REMOVE pin.a"}}]})",
       R"({"TransactItems":[{"Update":{"UpdateExpression":"[redacted]"}}]})"},
      {R"({"Expected":{"pin":{"ComparisonOperator":"IN","AttributeValueList":[{"S":"a"},{"S":"b"}]}}})",
       R"({"Expected":{"pin":{"ComparisonOperator":"[redacted]","AttributeValueList":[]}}})"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(copied(each.json, {"pin"}), each.expected);
    EXPECT_EQ(copied(each.expected, {"pin"}), each.expected);  // a recording that is replayed
  }
}

TEST(CopyRedacted, KnowsWhetherItReplacedAnything) {
  EXPECT_TRUE(copy_redacted(R"({"pin":{"S":"x"}})", {"pin"})->redacted);
  EXPECT_FALSE(copy_redacted(R"({"pan":{"S":"x"}})", {"pin"})->redacted);
}

TEST(CopyRedacted, ComparesWithoutTheTokenThatDiffersEachTime) {
  const std::string json = R"({"ClientRequestToken":"a","TransactItems":[{"ClientRequestToken":"b"}]})";
  EXPECT_EQ(copied(json, {}), json);
  EXPECT_EQ(copied(json, {}, copy_for::comparison), R"({"TransactItems":[{"ClientRequestToken":"b"}]})");
}

TEST(CopyRedacted, DeepNestingIsBounded) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(copied(deep, {"pin"}), "no JSON");
}

}  // namespace
}  // namespace dynamo

// BatchGetItem over the wire.
#include "batch_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

using strings = std::vector<std::string>;

class batch_reads : public batch_fixture {
 protected:
  static std::string keys_text(const strings& pks) {
    strings keys;
    for (const std::string& pk : pks) keys.push_back(key_text(pk));
    return joined(keys);
  }
};

TEST_F(batch_reads, bring_what_is_there_from_all_tables_and_leave_out_the_rest) {
  put("a", "1");
  put("b", "2");
  put("a", "3", "others");
  EXPECT_EQ(told(operation_name::batch_get_item, R"({"RequestItems":{"others":{"Keys":[)" + keys_text({"a", "z"}) +
                                                     R"(]},"things":{"Keys":[)" + keys_text({"b", "x", "a"}) + "]}}}"),
            R"({"Responses":{"others":[)" + item_text("a", "3") + R"(],"things":[)" + item_text("b", "2") + "," +
                item_text("a", "1") + R"(]},"UnprocessedKeys":{}})");
}

TEST_F(batch_reads, show_what_each_tables_projection_names) {
  put("a", "1");
  put("a", "2", "others");
  EXPECT_EQ(told(operation_name::batch_get_item,
                 R"({"RequestItems":{"things":{"Keys":[)" + keys_text({"a"}) +
                     R"(],"ProjectionExpression":"#v","ExpressionAttributeNames":{"#v":"v"}},"others":{"Keys":[)" +
                     keys_text({"a"}) + R"(],"ProjectionExpression":"pk, nothing","ConsistentRead":true}}})"),
            R"({"Responses":{"things":[{"v":{"S":"1"}}],"others":[{"pk":{"S":"a"}}]},"UnprocessedKeys":{}})");
}

TEST_F(batch_reads, report_capacity_by_table) {
  put("a", std::string(5'000, 'x'));
  put("b", "1");
  put("a", "1", "others");
  EXPECT_EQ(member(told(operation_name::batch_get_item,
                        R"({"RequestItems":{"things":{"Keys":[)" + keys_text({"a", "b", "none"}) +
                            R"(]},"others":{"ConsistentRead":true,"Keys":[)" + keys_text({"a"}) +
                            R"(]}},"ReturnConsumedCapacity":"TOTAL"})"),
                   "ConsumedCapacity"),
            R"([{"CapacityUnits":2.0,"TableName":"things"},{"CapacityUnits":1.0,"TableName":"others"}])");
}

TEST_F(batch_reads, end_at_16_megabytes_with_the_rest_unprocessed) {
  const std::string large(300'000, 'x');
  strings pks;
  for (int i = 0; i < 60; ++i) {
    pks.push_back("k" + std::to_string(i));
    put(pks.back(), large);
  }
  put("k1", "small", "others");
  strings seen;
  std::string asked = R"({"things":{"Keys":[)" + keys_text(pks) +
                      R"(],"ProjectionExpression":"#k","ExpressionAttributeNames":{"#k":"pk"}},"others":{"Keys":[)" +
                      keys_text({"k1"}) + R"(],"ConsistentRead":true}})";
  const std::string first = told(operation_name::batch_get_item, R"({"RequestItems":)" + asked + "}");
  EXPECT_EQ(elements(member(member(first, "Responses").value_or(""), "things").value_or("")).size(), 55u);
  int rounds = 0;
  for (; asked != "{}" && rounds < 5; ++rounds) {
    const answer came = call(operation_name::batch_get_item, R"({"RequestItems":)" + asked + "}");
    ASSERT_TRUE(came.ok) << came.to_string();
    const std::string responses = member(came.body, "Responses").value_or("");
    for (const char* table : {"things", "others"}) {
      for (const std::string& item : elements(member(responses, table).value_or("[]"))) {
        seen.push_back(table + text_member(member(item, "pk").value_or(""), "S"));
      }
    }
    asked = member(came.body, "UnprocessedKeys").value_or("");
  }
  EXPECT_EQ(rounds, 2);
  strings expected{"othersk1"};
  for (const std::string& pk : pks) expected.push_back("things" + pk);
  std::ranges::sort(seen);
  std::ranges::sort(expected);
  EXPECT_EQ(seen, expected);
}

TEST_F(batch_reads, bring_a_megabyte_of_each_partition) {
  told(
      operation_name::create_table,
      R"({"TableName":"sorted","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk",
       "AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
       "BillingMode":"PAY_PER_REQUEST"})");
  const auto key = [](std::string_view pk, int sk) {
    return R"({"pk":{"S":")" + std::string(pk) + R"("},"sk":{"N":")" + std::to_string(sk) + "\"}}";
  };
  const auto asked_for = [](const strings& keys) { return R"({"sorted":{"Keys":[)" + joined(keys) + "]}}"; };
  strings keys, rest;
  for (int i = 0; i < 6; ++i) {
    for (const char* pk : {"p", "q"}) {
      if (pk[0] == 'q' && i > 2) continue;
      const std::string item = key(pk, i);
      told(operation_name::put_item, R"({"TableName":"sorted","Item":)" + item.substr(0, item.size() - 1) +
                                         R"(,"v":{"S":")" + std::string(300'000, 'x') + R"("}}})");
      keys.push_back(item);
      if (pk[0] == 'p' && i >= 3) rest.push_back(item);
    }
  }
  keys.push_back(key("p", 99));  // is not there, and was found not to be
  const std::string first = told(operation_name::batch_get_item, R"({"RequestItems":)" + asked_for(keys) + "}");
  EXPECT_EQ(elements(member(member(first, "Responses").value_or(""), "sorted").value_or("")).size(), 6u);
  EXPECT_EQ(member(first, "UnprocessedKeys"), asked_for(rest));
  const std::string second = told(operation_name::batch_get_item, R"({"RequestItems":)" + asked_for(rest) + "}");
  EXPECT_EQ(elements(member(member(second, "Responses").value_or(""), "sorted").value_or("")).size(), 3u);
  EXPECT_EQ(member(second, "UnprocessedKeys"), "{}");
}

TEST_F(batch_reads, what_is_wrong_is_refused_for_the_whole) {
  strings many;
  for (int i = 0; i < 101; ++i) many.push_back(std::to_string(i));
  const std::string hundred = keys_text(strings(many.begin(), many.begin() + 100));
  struct refusal {
    std::string body, told;
  };
  const std::string detected = "validation: 1 validation error detected: ";
  const refusal refusals[] = {
      {"{}", detected + "Value null at 'requestItems' failed to satisfy constraint: Member must not be null"},
      {R"({"RequestItems":{}})", detected + "Value at 'RequestItems' failed to satisfy constraint: Member must have "
                                            "length greater than or equal to 1"},
      {R"({"RequestItems":{"things":{}}})",
       detected + "Value null at 'requestItems.things.member.keys' failed to satisfy constraint: Member must not be "
                  "null"},
      {R"({"RequestItems":{"things":{"Keys":[]}}})",
       detected + "Value at 'RequestItems.things.member.Keys' failed to satisfy constraint: Member must have "
                  "length greater than or equal to 1"},
      {R"({"RequestItems":{"things":{"Keys":[)" + keys_text(many) + "]}}}",
       detected + "Value at 'RequestItems.things.member.Keys' failed to satisfy constraint: Member must "
                  "have length less than or equal to 100"},
      {R"({"RequestItems":{"things":{"Keys":[)" + hundred + R"(]},"others":{"Keys":[)" + keys_text({"a"}) + "]}}}",
       "validation: Too many items requested for the BatchGetItem call"},
      {R"({"RequestItems":{"none":{"Keys":[)" + keys_text({"a", "b", "a"}) + "]}}}",
       "validation: Provided list of item keys contains duplicates"},
      {R"({"RequestItems":{"things":{"Keys":[)" + keys_text({"a"}) + R"(]},"none":{"Keys":[)" + keys_text({"a"}) +
           "]}}}",
       "resource_not_found: Requested resource not found"},
      {R"({"RequestItems":{ "t;" : {"Keys": [ {"pk": {"S": "a \" b"}} ]}}})",
       detected + R"(Value '{"t;":{"Keys":[{"pk":{"S":"a \" b"}}]}}' at)"
                  " 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: "
                  "[Member must have length less than or equal to 255, Member must have length greater than or equal "
                  "to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"},
      {R"({"RequestItems":{"things":{"Keys":[{"pk":{"N":"1"}}]}}})",
       "validation: The provided key element does not match the schema"},
      {R"({"RequestItems":{"things":{"Keys":[{"pk":{"S":"a"},"v":{"S":"a"}}]}}})",
       "validation: The provided key element does not match the schema"},
      {R"({"RequestItems":{"things":{"Keys":[{}],"ExpressionAttributeNames":{"#a":"a"}}}})",
       "validation: ExpressionAttributeNames can only be specified when using expressions"},
      {R"({"RequestItems":{"things":{"Keys":[{},{}],"ProjectionExpression":""}}})",
       "validation: Invalid ProjectionExpression: The expression can not be empty;"},
      {R"({"RequestItems":{"things":{"Keys":[{}]},"things":{"Keys":[{}]}}})",
       "serialization: RequestItems names the table things twice"},
      {R"({"RequestItems":{"things":{"Keys":[{"pk":{"S":7}}]}}})",
       "serialization: NUMBER_VALUE cannot be converted to String"},
  };
  for (const refusal& r : refusals) EXPECT_EQ(told(operation_name::batch_get_item, r.body), r.told) << r.body;
  EXPECT_TRUE(call(operation_name::batch_get_item, R"({"RequestItems":{"things":{"Keys":[)" + hundred + "]}}}").ok);
}

// Looking for a name among all that came before would take hours.
TEST_F(batch_reads, and_writes_of_any_number_of_tables_are_refused) {
  std::string gets, writes;
  for (int i = 0; i < 300'000; ++i) {
    const std::string name = (i == 0 ? "\"t" : ",\"t") + std::to_string(100 + i);
    gets += name + R"(":{"Keys":[{}]})";
    writes += name + R"(":[{"DeleteRequest":{"Key":{}}}])";
  }
  EXPECT_EQ(told(operation_name::batch_get_item, R"({"RequestItems":{)" + gets + "}}"),
            "validation: Too many items requested for the BatchGetItem call");
  EXPECT_EQ(told(operation_name::batch_write_item, R"({"RequestItems":{)" + writes + "}}"),
            "validation: Too many items requested for the BatchWriteItem call");
}

}  // namespace

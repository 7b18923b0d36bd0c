// TransactWriteItems and TransactGetItems over the wire.
#include "transaction_fixture.hpp"

#include <engine/storage/change_number.hpp>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class transactions : public transaction_fixture {};

TEST_F(transactions, write_all_their_items_in_all_tables) {
  put("a", "old");
  put("gone", "old");
  put("there", "x");
  EXPECT_EQ(told_of({put_action("new", "1", if_absent), update_action("a", "2"), delete_action("gone", "", "things"),
                     check_action("there", "attribute_exists(pk)"), put_action("a", "3", "", "others")}),
            "{}");
  EXPECT_EQ(contents(),
            (std::map<std::string, std::string>{
                {"a", item_text("a", "2")}, {"new", item_text("new", "1")}, {"there", item_text("there", "x")}}));
  EXPECT_EQ(contents("others"), (std::map<std::string, std::string>{{"a", item_text("a", "3")}}));
  EXPECT_EQ(folded(), contents());
}

TEST_F(transactions, write_nothing_when_an_item_is_refused_and_tell_a_reason_for_each_in_order) {
  put("a", "1");
  const answer cancelled =
      transact({put_action("b", "1"), put_action("a", "2", if_absent + with_item), delete_action("none"),
                check_action("c", "attribute_exists(pk)", with_item), update_action("a2", "2")});
  EXPECT_EQ(cancelled.to_string(),
            "transaction_canceled: Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[None, ConditionalCheckFailed, None, ConditionalCheckFailed, None]");
  EXPECT_EQ(cancelled.body,
            R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[)"
            R"({"Code":"None"},{"Code":"ConditionalCheckFailed","Item":)" +
                item_text("a", "1") +
                R"(,"Message":"The conditional request failed"},{"Code":"None"},)"
                R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},{"Code":"None"}],)"
                R"("Message":"Transaction cancelled, please refer cancellation reasons for specific reasons )"
                R"([None, ConditionalCheckFailed, None, ConditionalCheckFailed, None]"})");
  EXPECT_EQ(contents(), (std::map<std::string, std::string>{{"a", item_text("a", "1")}}));
  EXPECT_EQ(reasons(transact({put_action("a", "2", if_absent)})),
            R"([{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}])")
      << "without the item, which was not asked for";
}

TEST_F(transactions, are_cancelled_by_what_only_the_run_shows) {
  put("a", "1");
  const std::string mismatch = R"("The provided key element does not match the schema"}])";
  const std::string wrong_key = R"("Key":{"pk":{"N":"1"}})";
  const struct {
    std::string action, reason;
  } rows[] = {
      {R"({"Put":{"TableName":"things","Item":{"pk":{"N":"1"}}}})",
       R"([{"Code":"ValidationError","Message":"One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"}])"},
      {R"({"Delete":{"TableName":"things",)" + wrong_key + "}}", R"([{"Code":"ValidationError","Message":)" + mismatch},
      {R"({"Update":{"TableName":"things","UpdateExpression":"REMOVE v",)" + wrong_key + "}}",
       R"([{"Code":"ValidationError","Message":)" + mismatch},
      {R"x({"ConditionCheck":{"TableName":"things","ConditionExpression":"attribute_exists(pk)",)x" + wrong_key + "}}",
       R"([{"Code":"ValidationError","Message":)" + mismatch},
      {R"({"Update":{"TableName":"things","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET v = v + :one","ExpressionAttributeValues":{":one":{"N":"1"}}}})",
       R"([{"Code":"ValidationError","Message":"An operand in the update expression has an incorrect data type"}])"},
      {R"({"Update":{"TableName":"things","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET pk = :one","ExpressionAttributeValues":{":one":{"N":"1"}}}})",
       R"([{"Code":"ValidationError","Message":"One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"}])"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(reasons(transact({row.action})), row.reason) << row.action;
    const answer cancelled = transact({put_action("b", "1"), row.action});
    EXPECT_TRUE(cancelled.message.ends_with("[None, ValidationError]")) << cancelled.to_string();
  }
  EXPECT_EQ(contents().size(), 1u);
}

TEST_F(transactions, that_grow_an_item_too_large_are_cancelled) {
  const std::string half(250'000, 'x');
  put("a", half);
  const std::string update =
      keyed("Update", "a",
            R"(,"UpdateExpression":"SET w = :w","ExpressionAttributeValues":{":w":{"S":")" + half + "\"}}", "things");
  EXPECT_EQ(reasons(transact({update})),
            R"([{"Code":"ValidationError","Message":"Item size to update has exceeded the maximum allowed size"}])");
  EXPECT_EQ(told_of({put_action("b", std::string(409'600, 'x'))}),
            "validation: Item size has exceeded the maximum allowed size");
  texts large;
  for (int i = 0; i < 11; ++i) large.push_back(put_action(std::to_string(i), std::string(400'000, 'x')));
  EXPECT_EQ(told_of(large), "validation: The items of a transaction have more than 4194304 bytes in all");
  EXPECT_EQ(contents().size(), 1u);
}

TEST_F(transactions, refuse_requests_in_dynamodbs_words_and_order) {
  const std::string detected = "validation: 1 validation error detected: ";
  const std::string constraint = " failed to satisfy constraint: ";
  std::string deep = R"({"S":"x"})";
  for (int i = 0; i < 32; ++i) deep = R"({"M":{"m":)" + deep + "}}";
  const std::string too_deep = R"({"Put":{"TableName":"things","Item":{"pk":{"S":"a"},"v":)" + deep + "}}}";
  const std::string nesting =
      "validation: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
      "supported limit";
  const std::string malformed = check_action("z", "a = = b");
  const std::string syntax = "validation: Invalid ConditionExpression: Syntax error; token: \"=\", near: \"= = b\"";
  const std::string lost = put_action("a", "1", "", "no_table");
  const std::string empty_string =
      "validation: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
      "an empty string value. Key: pk";
  const std::string twice = "validation: Transaction request cannot include multiple operations on one item";
  const auto with_value = [](const std::string& value) {
    return R"({"Put":{"TableName":"things","Item":{"pk":{"S":"a"},"v":)" + value + "}}}";
  };
  texts many;
  for (int i = 0; i < 101; ++i) many.push_back(put_action(std::to_string(i), "1"));
  const struct {
    std::string body, told;
  } rows[] = {
      {"{}", detected + "Value null at 'transactItems'" + constraint + "Member must not be null"},
      {transaction_text({}),
       detected + "Value at 'TransactItems'" + constraint + "Member must have length greater than or equal to 1"},
      {transaction_text(many),
       detected + "Value at 'TransactItems'" + constraint + "Member must have length less than or equal to 100"},
      {transaction_text({put_action("a", "1")}, token(std::string(37, 't')) + R"(,"ReturnConsumedCapacity":"BAD")"),
       detected + "Value at 'ClientRequestToken'" + constraint + "Member must have length less than or equal to 36"},
      {transaction_text({lost, lost}, R"(,"ReturnItemCollectionMetrics":"BAD","ReturnConsumedCapacity":"BAD")"),
       "validation: 2 validation errors detected: Value 'BAD' at 'returnConsumedCapacity'" + constraint +
           "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'BAD' at 'returnItemCollectionMetrics'" +
           constraint + "Member must satisfy enum value set: [SIZE, NONE]"},
      {transaction_text({R"({"Delete":{"TableName":"things"}})"}),
       detected + "Value null at 'transactItems.1.member.delete.key'" + constraint + "Member must not be null"},
      {transaction_text({R"({"Update":{"TableName":"things","Key":{"pk":{"S":"a"}}}})"}),
       detected + "Value null at 'transactItems.1.member.update.updateExpression'" + constraint +
           "Member must not be null"},
      {transaction_text(
           {R"({"Put":{"TableName":"things","Item":{"pk":{"S":"a"}}},"Delete":{"TableName":"things","Key":{"pk":{"S":"a"}}}})"}),
       "validation: TransactItems can only contain one of Check, Put, Update or Delete"},
      {transaction_text({"{}"}),
       "validation: Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"},
      {transaction_text({with_value(R"({"N":"abc"})")}),
       "validation: The parameter cannot be converted to a numeric value: abc"},
      {transaction_text({R"({"Put":{"TableName":"things","Item":{"pk":{"S":"a"},"":{"S":"x"}}}})"}),
       "validation: Empty attribute name"},
      {transaction_text({malformed, too_deep}), syntax},
      {transaction_text({too_deep, malformed}), nesting},
      {transaction_text({lost, malformed}), syntax},
      {transaction_text({lost, put_action("b", "1", R"(,"ExpressionAttributeNames":{"#n":"v"})")}),
       "validation: ExpressionAttributeNames can only be specified when using expressions"},
      {transaction_text({lost, update_action("b", "1", R"(,"ExpressionAttributeNames":{"#n":"v"})")}),
       "validation: Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}"},
      {transaction_text({put_action("a", "1"), lost}), "resource_not_found: Requested resource not found"},
      {transaction_text({put_action("a", "1"), check_action("a", "attribute_exists(pk)")}), twice},
      {transaction_text({put_action("a", "1"), delete_action("b"), update_action("a", "1")}), twice},
      {transaction_text({put_action("a", "1"), delete_action("")}), empty_string},
      {transaction_text({put_action("", "1")}), empty_string},
  };
  for (const auto& row : rows) EXPECT_EQ(told(operation_name::transact_write_items, row.body), row.told) << row.body;
  EXPECT_EQ(contents().size(), 0u);
}

TEST_F(transactions, get_all_items_in_order) {
  put("a", "1");
  put("b", "2", "others");
  EXPECT_EQ(got({get_action("none"), get_action("b", "", "others"), get_action("a", R"(,"ProjectionExpression":"v")"),
                 get_action("b")}),
            R"({"Responses":[{},{"Item":)" + item_text("b", "2") + R"(},{"Item":{"v":{"S":"1"}}},{}]})");
  EXPECT_EQ(got({get_action("a", R"(,"ProjectionExpression":"not_there")")}), R"({"Responses":[{}]})");
  put("big", std::string(5'000, 'x'));
  EXPECT_EQ(
      got({get_action("none"), get_action("b", "", "others"), get_action("big", R"(,"ProjectionExpression":"pk")")},
          R"(,"ReturnConsumedCapacity":"INDEXES")"),
      R"({"Responses":[{},{"Item":{"pk":{"S":"b"},"v":{"S":"2"}}},{"Item":{"pk":{"S":"big"}}}],"ConsumedCapacity":[)"
      R"({"CapacityUnits":6.0,"ReadCapacityUnits":6.0,"Table":{"CapacityUnits":6.0,"ReadCapacityUnits":6.0},"TableName":"things"},)"
      R"({"CapacityUnits":2.0,"ReadCapacityUnits":2.0,"Table":{"CapacityUnits":2.0,"ReadCapacityUnits":2.0},"TableName":"others"}]})");
}

TEST_F(transactions, refuse_reads_in_dynamodbs_words) {
  texts many;
  for (int i = 0; i < 101; ++i) many.push_back(get_action(std::to_string(i)));
  const std::string detected =
      "validation: 1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: ";
  EXPECT_EQ(got({}), detected + "Member must have length greater than or equal to 1");
  EXPECT_EQ(got(many), detected + "Member must have length less than or equal to 100");
  EXPECT_EQ(got({get_action("a"), get_action("a")}),
            "validation: Transaction request cannot include multiple operations on one item");
  EXPECT_EQ(got({get_action("a"), get_action("a", "", "no_table")}),
            "resource_not_found: Requested resource not found");
  EXPECT_EQ(got({get_action("a"), R"({"Get":{"TableName":"things","Key":{"pk":{"N":"1"}}}})"}),
            "transaction_canceled: Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[None, ValidationError]");
  EXPECT_EQ(
      got({get_action("")}),
      "validation: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
      "an empty string value. Key: pk");
  EXPECT_EQ(
      got({get_action("a", "", "no_table"), get_action("b", R"(,"ProjectionExpression":"a, a.b")")}),
      "validation: Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite "
      "one of these paths; path one: [a], path two: [a, b]");
}

TEST_F(transactions, cost_twice_as_much_by_table) {
  put("a", std::string(2'000, 'x'));
  EXPECT_EQ(
      told_of({put_action("a", "1"), put_action("b", "1", "", "others"), check_action("c", "attribute_not_exists(pk)")},
              R"(,"ReturnConsumedCapacity":"TOTAL")"),
      R"({"ConsumedCapacity":[{"CapacityUnits":6.0,"WriteCapacityUnits":6.0,"TableName":"things"},)"
      R"({"CapacityUnits":2.0,"WriteCapacityUnits":2.0,"TableName":"others"}]})");
}

TEST_F(transactions, report_indexes_and_item_collections) {
  ASSERT_TRUE(call(operation_name::create_table, R"({"TableName":"movies","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"y","AttributeType":"N"},{"AttributeName":"t","AttributeType":"S"},
    {"AttributeName":"r","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"y","KeyType":"HASH"},{"AttributeName":"t","KeyType":"RANGE"}],
    "GlobalSecondaryIndexes":[{"IndexName":"by_r","Projection":{"ProjectionType":"ALL"},
    "KeySchema":[{"AttributeName":"r","KeyType":"HASH"}]}],
    "LocalSecondaryIndexes":[{"IndexName":"by_rating","Projection":{"ProjectionType":"ALL"},
    "KeySchema":[{"AttributeName":"y","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}]})")
                  .ok);
  const auto put_movie = [](const std::string& t, const std::string& r) {
    return R"({"Put":{"TableName":"movies","Item":{"y":{"N":"1"},"t":{"S":")" + t + R"("},"r":)" + r + "}}}";
  };
  EXPECT_EQ(
      told_of({put_movie("a", R"({"S":"5"})"), put_movie("b", R"({"S":"6"})")},
              R"(,"ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE")"),
      R"({"ConsumedCapacity":[{"CapacityUnits":12.0,"WriteCapacityUnits":12.0,)"
      R"("GlobalSecondaryIndexes":{"by_r":{"CapacityUnits":4.0,"WriteCapacityUnits":4.0}},)"
      R"("LocalSecondaryIndexes":{"by_rating":{"CapacityUnits":4.0,"WriteCapacityUnits":4.0}},)"
      R"("Table":{"CapacityUnits":4.0,"WriteCapacityUnits":4.0},"TableName":"movies"}],)"
      R"("ItemCollectionMetrics":{"movies":[{"ItemCollectionKey":{"y":{"N":"1"}},"SizeEstimateRangeGB":[0.0,1.0]}]}})");
  EXPECT_TRUE(reasons(transact({put_movie("c", R"({"N":"5"})")})).starts_with(R"([{"Code":"ValidationError")"));
  EXPECT_EQ(transact({put_movie("c", R"({"S":""})")}).code, errc::validation);
}

TEST_F(transactions, leave_neighbouring_change_records) {
  ASSERT_TRUE(transact({put_action("a", "1"), put_action("b", "2"), put_action("c", "3")}).ok);
  const auto records = page(iterator(arn_)).records;
  ASSERT_EQ(records.size(), 3u);
  for (std::size_t i = 1; i < records.size(); ++i) {
    EXPECT_EQ(records[i].number,
              engine::to_sequence_number(engine::from_sequence_number(records[i - 1].number)->following()));
  }
}

TEST_F(transactions, may_have_a_hundred_items) {
  texts actions, gets;
  for (int i = 0; i < 100; ++i) {
    actions.push_back(put_action(std::to_string(i), "1"));
    gets.push_back(get_action(std::to_string(i)));
  }
  EXPECT_EQ(told_of(actions), "{}");
  EXPECT_EQ(contents().size(), 100u);
  const answer all = call(operation_name::transact_get_items, transaction_text(gets));
  EXPECT_EQ(elements(member(all.body, "Responses").value_or("[]")).size(), 100u);
}

TEST_F(transactions, may_be_started) {
  const auto started = [&](operation_name operation, const std::string& body) {
    kept_answer kept;
    db_->start(request(operation, json::buffer(body)), kept);
    return kept.get();
  };
  EXPECT_EQ(
      started(operation_name::transact_write_items, transaction_text({put_action("a", "1"), put_action("b", "2")}))
          .to_string(),
      "{}");
  EXPECT_EQ(
      started(operation_name::transact_get_items, transaction_text({get_action("a"), get_action("b")})).to_string(),
      R"({"Responses":[{"Item":)" + item_text("a", "1") + R"(},{"Item":)" + item_text("b", "2") + "}]}");
  EXPECT_EQ(reasons(started(operation_name::transact_write_items,
                            transaction_text({put_action("a", "1", if_absent), put_action("c", "2")}))),
            R"([{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},{"Code":"None"}])");
  EXPECT_EQ(started(operation_name::transact_write_items, transaction_text({check_action("a", "attribute_exists(pk)")}))
                .to_string(),
            "{}");
}

}  // namespace

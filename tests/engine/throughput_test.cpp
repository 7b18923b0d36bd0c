// Throughput that is enforced, over the wire: what is throttled, by what, and how it is answered.
#include "throughput_fixture.hpp"

#include <dynamo/decorators/retrying.hpp>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

class throughput : public throughput_fixture {};

TEST_F(throughput, is_unlimited_unless_it_is_asked_for) {
  open(throughput_rule::unlimited);
  make(units(1, 1));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(putting_key("a", 5000), "ok");
}

TEST_F(throughput, of_writes_comes_back_with_time) {
  make(units(1, 2));
  EXPECT_EQ(putting_key("a"), "ok");
  EXPECT_EQ(putting_key("b"), "ok");
  EXPECT_EQ(putting_key("c"), "TableWriteProvisionedThroughputExceeded of things");
  EXPECT_EQ(getting("c"), "ok") << "and reads are another capacity";
  time_.advance(500ms);
  EXPECT_EQ(putting_key("c", 3000), "ok");
  EXPECT_EQ(putting_key("d"), "TableWriteProvisionedThroughputExceeded of things");
  time_.advance(1s);
  EXPECT_EQ(putting_key("d"), "TableWriteProvisionedThroughputExceeded of things") << "3 units were taken of 1";
  time_.advance(1ms);
  EXPECT_EQ(putting_key("d"), "ok");
}

TEST_F(throughput, that_was_not_used_is_there_for_a_burst) {
  make(units(1, 1));
  time_.advance(1h);
  for (int i = 0; i < 300; ++i) ASSERT_EQ(putting_key(std::to_string(i)), "ok") << i;
  EXPECT_EQ(putting_key("one more"), "TableWriteProvisionedThroughputExceeded of things");
}

TEST_F(throughput, of_reads_counts_consistency_and_size) {
  make(units(2, 100));
  EXPECT_EQ(putting_key("a"), "ok");
  EXPECT_EQ(getting("a"), "ok");
  EXPECT_EQ(getting("nothing"), "ok");
  EXPECT_EQ(getting("a", R"(,"ConsistentRead":true)"), "ok");
  EXPECT_EQ(getting("a"), "TableReadProvisionedThroughputExceeded of things");
}

TEST_F(throughput, is_answered_in_dynamodbs_words_and_nothing_is_written) {
  make(units(1, 1));
  EXPECT_EQ(putting_key("a"), "ok");
  const answer refused = call(operation_name::put_item, R"({"TableName":"things","Item":)" + item_of("b") + "}");
  EXPECT_EQ(
      refused.body,
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","ThrottlingReasons":)"
      R"([{"reason":"TableWriteProvisionedThroughputExceeded",)"
      R"("resource":"arn:aws:dynamodb:eu-west-2:000000000000:table/things"}],"message":"The level of configured )"
      R"(provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the )"
      R"(UpdateTable API."})");
  EXPECT_EQ(told(operation_name::get_item, R"({"TableName":"things","Key":{)" + key_of("b") + "}}"), "{}");
}

TEST_F(throughput, is_taken_by_failed_conditions_and_by_writes_that_change_nothing) {
  make(units(10, 3));
  EXPECT_EQ(putting_key("a"), "ok");
  EXPECT_EQ(putting_key("a"), "ok");
  EXPECT_TRUE(putting(item_of("a"), R"j(,"ConditionExpression":"attribute_not_exists(pk)")j")
                  .starts_with("conditional_check_failed"));
  EXPECT_EQ(putting_key("a"), "TableWriteProvisionedThroughputExceeded of things");
}

TEST_F(throughput, of_an_index_holds_up_the_writes_that_go_to_it) {
  make_indexed(10, 100, 1, 1);
  const auto indexed = [](const std::string& pk) { return "{" + key_of(pk) + R"(,"g":{"S":"x"}})"; };
  EXPECT_EQ(putting(indexed("a")), "ok");
  EXPECT_EQ(putting(indexed("b")), "IndexWriteProvisionedThroughputExceeded of things/index/by_g");
  EXPECT_EQ(getting("b"), "ok");
  EXPECT_EQ(told(operation_name::get_item, R"({"TableName":"things","Key":{)" + key_of("b") + "}}"), "{}");
  EXPECT_EQ(putting_key("b"), "ok") << "it is not in the index";
  EXPECT_EQ(putting(indexed("a")), "ok") << "its row in the index stays";
  time_.advance(1s + 1ms);
  EXPECT_EQ(putting(indexed("c")), "ok");
}

TEST_F(throughput, of_a_query_is_its_targets_and_is_taken_by_the_page) {
  make_indexed(2, 1000, 1, 1000);
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(putting(R"({"pk":{"S":"p"},"sk":{"S":")" + std::to_string(i) +
                      R"("},"g":{"S":"g"},"l":{"S":"l"},"v":{"S":")" + std::string(8000, 'x') + R"("}})"),
              "ok");
  }
  const auto querying = [&](const std::string& attribute, const std::string& value, const std::string& more) {
    return outcome(call(operation_name::query, R"({"TableName":"things","KeyConditionExpression":")" + attribute +
                                                   R"( = :v","ExpressionAttributeValues":{":v":{"S":")" + value +
                                                   R"("}})" + more + "}"));
  };
  EXPECT_EQ(querying("g", "g", R"(,"IndexName":"by_g")"), "ok");
  EXPECT_EQ(querying("g", "g", R"(,"IndexName":"by_g")"),
            "IndexReadProvisionedThroughputExceeded of things/index/by_g");
  EXPECT_EQ(querying("pk", "p", R"(,"Limit":1)"), "ok");  // 8 KB: 1 unit
  EXPECT_EQ(querying("pk", "p", R"(,"IndexName":"by_l")"), "ok");
  EXPECT_EQ(querying("pk", "p", R"(,"IndexName":"by_l")"), "TableReadProvisionedThroughputExceeded of things");
  const std::string scan = R"({"TableName":"things"})";
  EXPECT_EQ(outcome(call(operation_name::scan, scan)), "TableReadProvisionedThroughputExceeded of things");
  time_.advance(2s);
  EXPECT_EQ(outcome(call(operation_name::scan, scan)), "ok");
  EXPECT_EQ(outcome(call(operation_name::scan, scan)), "TableReadProvisionedThroughputExceeded of things");
}

TEST_F(throughput, that_ends_within_a_batch_leaves_the_rest_unprocessed) {
  make(units(1, 2));
  const auto writing = [&](std::initializer_list<const char*> keys) {
    std::string requests;
    for (const char* key : keys) {
      requests += (requests.empty() ? "" : ",") + std::string(R"({"PutRequest":{"Item":)") + item_of(key) + "}}";
    }
    return call(operation_name::batch_write_item, R"({"RequestItems":{"things":[)" + requests + "]}}");
  };
  const answer partial = writing({"a", "b", "c"});
  ASSERT_TRUE(partial.ok) << partial.to_string();
  EXPECT_EQ(member(partial.body, "UnprocessedItems"), R"({"things":[{"PutRequest":{"Item":)" + item_of("c") + "}}]}");
  EXPECT_EQ(outcome(writing({"c", "d"})), "TableWriteProvisionedThroughputExceeded of things");

  const auto reading = [&](std::initializer_list<const char*> keys) {
    std::string all;
    for (const char* key : keys) all += (all.empty() ? "{" : ",{") + key_of(key) + "}";
    return call(operation_name::batch_get_item, R"({"RequestItems":{"things":{"Keys":[)" + all + "]}}}");
  };
  const answer read = reading({"a", "b", "c"});
  ASSERT_TRUE(read.ok) << read.to_string();
  EXPECT_EQ(elements(member(member(read.body, "Responses").value_or("{}"), "things").value_or("[]")).size(), 2U);
  EXPECT_EQ(member(read.body, "UnprocessedKeys"), R"({"things":{"Keys":[{)" + key_of("c") + "}]}}");
  EXPECT_EQ(outcome(reading({"a", "b"})), "TableReadProvisionedThroughputExceeded of things");
}

TEST_F(throughput, of_a_transaction_is_double_and_one_item_without_it_cancels_all) {
  make(units(4, 4));
  const auto put = [&](const std::string& pk) {
    return R"({"Put":{"TableName":"things","Item":)" + item_of(pk) + "}}";
  };
  const auto get = [&](const std::string& pk) {
    return R"({"Get":{"TableName":"things","Key":{)" + key_of(pk) + "}}}";
  };
  const auto transact = [&](operation_name operation, const std::string& first, const std::string& second) {
    return outcome(call(operation, R"({"TransactItems":[)" + first + "," + second + "]}"));
  };
  constexpr auto write = operation_name::transact_write_items, read = operation_name::transact_get_items;
  EXPECT_EQ(transact(write, put("a"), put("b")), "ok");
  EXPECT_EQ(transact(write, put("c"), put("d")),
            "transaction_canceled: Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[ProvisionedThroughputExceeded, ProvisionedThroughputExceeded]");
  EXPECT_EQ(transact(read, get("a"), get("c")), "ok") << "a missing item takes as much";
  EXPECT_EQ(transact(read, get("a"), get("b")),
            "transaction_canceled: Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[ProvisionedThroughputExceeded, ProvisionedThroughputExceeded]");
  time_.advance(2s);
  EXPECT_EQ(transact(read, get("c"), get("d")), "ok") << "nothing of the second was written";
}

TEST_F(throughput, of_one_partition_key_is_limited_whatever_the_table_has) {
  make(on_demand());
  for (int i = 0; i < 10; ++i) ASSERT_EQ(putting_key("hot", 102'300), "ok");
  EXPECT_EQ(putting_key("hot"), "TableWriteKeyRangeThroughputExceeded of things");
  EXPECT_EQ(putting_key("cold"), "ok");
  const answer refused = call(operation_name::put_item, R"({"TableName":"things","Item":)" + item_of("hot") + "}");
  EXPECT_EQ(text_member(refused.body, "__type"), "com.amazon.coral.availability#ThrottlingException");
  time_.advance(1s);
  EXPECT_EQ(putting_key("hot"), "ok");
}

TEST_F(throughput, of_one_partition_key_of_an_index_is_limited_too) {
  make_indexed(10, 30'000, 10, 30'000);
  const auto indexed = [](int i) {
    return "{" + key_of(std::to_string(i)) + R"(,"g":{"S":"one for all"},"v":{"S":")" + std::string(102'300, 'x') +
           R"("}})";
  };
  for (int i = 0; i < 10; ++i) ASSERT_EQ(putting(indexed(i)), "ok");
  EXPECT_EQ(putting(indexed(10)), "IndexWriteKeyRangeThroughputExceeded of things/index/by_g");
}

TEST_F(throughput, on_demand_doubles_in_half_an_hour) {
  make(on_demand());
  int next = 0;
  const auto second = [&] {  // so many writes of 100 units until one is throttled
    int written = 0;
    while (written < 1'000 && putting_key(std::to_string(next++), 102'300) == "ok") ++written;
    return written;
  };
  EXPECT_EQ(second(), 40);
  time_.advance(1s);
  EXPECT_EQ(second(), 40);
  time_.advance(30min);
  EXPECT_EQ(putting_key("between"), "ok");
  time_.advance(1s);
  EXPECT_EQ(second(), 80);
}

TEST_F(throughput, on_demand_is_limited_by_the_maximum_that_was_configured) {
  make(on_demand(), R"(,"OnDemandThroughput":{"MaxReadRequestUnits":1,"MaxWriteRequestUnits":2})");
  EXPECT_EQ(putting_key("a"), "ok");
  EXPECT_EQ(putting_key("b"), "ok");
  const answer refused = call(operation_name::put_item, R"({"TableName":"things","Item":)" + item_of("c") + "}");
  EXPECT_EQ(text_member(refused.body, "__type"), "com.amazon.coral.availability#ThrottlingException");
  EXPECT_EQ(member(refused.body, "throttlingReasons"),
            R"([{"reason":"TableWriteMaxOnDemandThroughputExceeded",)"
            R"("resource":"arn:aws:dynamodb:eu-west-2:000000000000:table/things"}])");
  EXPECT_EQ(getting("a"), "ok");
  EXPECT_EQ(getting("a"), "ok");
  EXPECT_EQ(getting("a"), "TableReadMaxOnDemandThroughputExceeded of things");
  time_.advance(1s);
  EXPECT_EQ(getting("c"), "ok");
  EXPECT_EQ(putting_key("c", 50'000), "ok");
  EXPECT_EQ(putting_key("d"), "TableWriteMaxOnDemandThroughputExceeded of things");

  EXPECT_EQ(updating(R"("OnDemandThroughput":{"MaxWriteRequestUnits":-1})"), "ok");
  time_.advance(100ms);
  EXPECT_EQ(putting_key("d", 100'000), "ok") << "as much as any new table";
  EXPECT_EQ(getting("c"), "ok") << "the other maximum stays";
  EXPECT_EQ(getting("c"), "TableReadMaxOnDemandThroughputExceeded of things");
}

TEST_F(throughput, on_demand_of_an_index_is_limited_by_its_own_maximum) {
  make(on_demand(), R"(,"GlobalSecondaryIndexes":[{"IndexName":"by_g",
      "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},
      "OnDemandThroughput":{"MaxReadRequestUnits":1,"MaxWriteRequestUnits":1}}])",
       R"(,{"AttributeName":"g","AttributeType":"S"})");
  const auto indexed = [](const std::string& pk) { return "{" + key_of(pk) + R"(,"g":{"S":"x"}})"; };
  EXPECT_EQ(putting(indexed("a")), "ok");
  EXPECT_EQ(putting(indexed("b")), "IndexWriteMaxOnDemandThroughputExceeded of things/index/by_g");
  EXPECT_EQ(putting_key("b"), "ok") << "it is not in the index";
  const auto querying = [&] {
    return outcome(call(operation_name::query, R"({"TableName":"things","IndexName":"by_g",
        "KeyConditionExpression":"g = :v","ExpressionAttributeValues":{":v":{"S":"x"}}})"));
  };
  EXPECT_EQ(querying(), "ok");
  EXPECT_EQ(querying(), "ok");
  EXPECT_EQ(querying(), "IndexReadMaxOnDemandThroughputExceeded of things/index/by_g");
}

TEST_F(throughput, that_is_changed_by_an_update_of_the_table_holds_at_once) {
  make(units(1, 1));
  EXPECT_EQ(putting_key("a", 100'000), "ok");
  time_.advance(1s);
  EXPECT_EQ(putting_key("b"), "TableWriteProvisionedThroughputExceeded of things") << "96 units are missing";
  EXPECT_EQ(updating(units(1, 100)), "ok");
  EXPECT_EQ(putting_key("b"), "TableWriteProvisionedThroughputExceeded of things") << "what is missing has to come in";
  time_.advance(1s);
  EXPECT_EQ(putting_key("b"), "ok");

  time_.advance(1h);
  EXPECT_EQ(updating(units(1, 1)), "ok");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(putting_key(std::to_string(i), 102'300), "ok");
  EXPECT_EQ(putting_key("d"), "TableWriteProvisionedThroughputExceeded of things") << "300 seconds of the new units";
}

TEST_F(throughput, of_a_transaction_that_comes_again_is_that_of_reads) {
  make(units(1, 4));
  const std::string transaction = R"({"TransactItems":[{"Put":{"TableName":"things","Item":)" + item_of("a") +
                                  R"(}},{"Put":{"TableName":"things","Item":)" + item_of("b") +
                                  R"(}}],"ClientRequestToken":"once"})";
  EXPECT_EQ(outcome(call(operation_name::transact_write_items, transaction)), "ok");
  EXPECT_EQ(putting_key("c"), "TableWriteProvisionedThroughputExceeded of things") << "4 units were taken";
  EXPECT_EQ(getting("a"), "ok") << "and none of the reads";
  time_.advance(1s);
  EXPECT_EQ(putting_key("c"), "ok");
  EXPECT_EQ(outcome(call(operation_name::transact_write_items, transaction)), "ok");
  EXPECT_EQ(getting("a"), "TableReadProvisionedThroughputExceeded of things") << "4 units were taken";
  EXPECT_EQ(putting_key("c"), "ok") << "and none of the writes";
}

TEST_F(throughput, is_told_to_callers_who_do_not_wait) {
  make(units(1, 1));
  EXPECT_EQ(putting_key("a"), "ok");
  kept_answer kept;
  db_->start(request(operation_name::put_item, json::buffer(R"({"TableName":"things","Item":)" + item_of("b") + "}")),
             kept);
  EXPECT_EQ(outcome(kept.get()), "TableWriteProvisionedThroughputExceeded of things");
  getting("a");
  getting("a");
  db_->start(request(operation_name::get_item, json::buffer(R"({"TableName":"things","Key":{)" + key_of("a") + "}}")),
             kept);
  EXPECT_EQ(outcome(kept.get()), "TableReadProvisionedThroughputExceeded of things");
}

// Retries that adapt find the rate of the table, and hold back nobody else.
TEST_F(throughput, is_met_by_adaptive_retries) {
  make(units(1, 5));
  const answer other = call(operation_name::create_table, R"({"TableName":"others","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})");
  ASSERT_TRUE(other.ok) << other.to_string();
  retry_settings settings = retry_settings::adaptive();
  settings.attempts = 10;
  settings.budget = retry_budget::none();
  const auto via = retrying(db_, settings, time_);
  const auto began = time_.now();
  for (int i = 0; i < 100; ++i) {
    const auto came = via->call(request(
        operation_name::put_item, json::buffer(R"({"TableName":"things","Item":)" + item_of(std::to_string(i)) + "}")));
    ASSERT_TRUE(came) << i << ": " << came.error().describe();
  }
  const auto took = time_.now() - began;
  EXPECT_GE(took, 18s) << "100 writes at 5 a second";
  EXPECT_LE(took, 200s);
  const auto before_others = time_.now();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(via->call(
        request(operation_name::put_item, json::buffer(R"({"TableName":"others","Item":{"pk":{"S":"x"}}})"))));
  }
  EXPECT_EQ(time_.now(), before_others);
}

}  // namespace

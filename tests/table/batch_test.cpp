#include "batch_service.hpp"
#include "canned_endpoint.hpp"
#include "shop.hpp"

#include <dynamo/base/random.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

/// What batches send, and what replies become: each input's outcome at its index.
namespace {

using namespace shop;
using dynamo::write_status;
using dynamo::test::batch_service;
using dynamo::test::canned_endpoint;

class batches : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<shop::users> people{wire};
  dynamo::table<orders> table{wire};
  dynamo::testing::virtual_clock time;
  dynamo::batch_policy patient = dynamo::batch_policy().on(time, dynamo::system_random());

  static std::vector<user> make_users(int count) {
    std::vector<user> all;
    for (int i = 0; i < count; ++i) all.push_back({"u" + std::to_string(i), i});
    return all;
  }
  static std::string statuses(const std::vector<dynamo::write_outcome>& outcomes) {
    std::string text;
    for (const dynamo::write_outcome& one : outcomes) text += "wsuf"[static_cast<int>(one.status())];
    return text;
  }
};

TEST_F(batches, puts_and_removes_go_in_one_request) {
  const std::vector<user> puts = make_users(2);
  const auto written = people.batch_write(puts, std::vector<std::string>{"old"}).run();
  ASSERT_TRUE(written) << written.error().describe();
  EXPECT_EQ(wire->last(), R"({"RequestItems":{"users":[{"PutRequest":{"Item":{"age":{"N":"0"},"email":{"S":"u0"}}}},)"
                          R"({"PutRequest":{"Item":{"age":{"N":"1"},"email":{"S":"u1"}}}},)"
                          R"({"DeleteRequest":{"Key":{"email":{"S":"old"}}}}]},"ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(wire->requests[0].repeats, dynamo::repeatable::yes);
  EXPECT_EQ(statuses(written->puts), "ww");
  EXPECT_EQ(statuses(written->removes), "w");
  EXPECT_TRUE(written->complete());
  EXPECT_EQ(written->effort.requests, 1u);
}

TEST_F(batches, nothing_in_nothing_sent) {
  EXPECT_TRUE(people.batch_put(std::vector<user>()).run());
  EXPECT_TRUE(people.batch_get(std::vector<std::string>()).run()->items.empty());
  EXPECT_TRUE(wire->requests.empty());
}

TEST_F(batches, keys_are_values_pairs_keys_and_items) {
  const std::string expected =
      R"({"RequestItems":{"orders":{"Keys":[{"customer_id":{"S":"al"},"number":{"N":"7"}}],"ConsistentRead":true}},)"
      R"("ReturnConsumedCapacity":"TOTAL"})";
  const auto sent = [&](auto call) {
    const auto answer = std::move(call).run();
    return answer ? wire->last() : answer.error().describe();
  };
  EXPECT_EQ(sent(table.batch_get({{"al", 7}}, dynamo::consistent_read)), expected);
  EXPECT_EQ(sent(table.batch_get(std::vector<std::pair<std::string, int>>{{"al", 7}}, dynamo::consistent_read)),
            expected);
  order one;
  one.customer_id = "al";
  one.number = 7;
  EXPECT_EQ(sent(table.batch_get(std::vector<order>{one}, dynamo::consistent_read)), expected);
  std::vector<dynamo::key_of<orders>> keys;
  keys.emplace_back("al", 7);
  EXPECT_EQ(sent(table.batch_get(keys, dynamo::consistent_read)), expected);
  EXPECT_NE(sent(people.batch_remove({"a", "b"})).find(R"([{"DeleteRequest":{"Key":{"email":{"S":"a"}}}},{"Del)"),
            std::string::npos);
}

struct age_only {
  std::optional<int> age;
};
TEST_F(batches, a_view_asks_for_its_attributes_and_the_key) {
  wire->answer(R"({"Responses":{"users":[{"email":{"S":"b"},"age":{"N":"2"}}]},"UnprocessedKeys":{}})");
  const auto found = people.batch_get<age_only>(std::vector<const char*>{"a", "b"}).run();
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_FALSE(found->items[0].value());
  EXPECT_EQ(found->items[1].value()->age, 2);
  EXPECT_EQ(wire->last(), R"({"RequestItems":{"users":{"Keys":[{"email":{"S":"a"}},{"email":{"S":"b"}}],)"
                          R"("ProjectionExpression":"#0, #1","ExpressionAttributeNames":{"#0":"age","#1":"email"}}},)"
                          R"("ReturnConsumedCapacity":"TOTAL"})");
}

// Symptom: results named the first N inputs, whichever had failed.
TEST_F(batches, what_was_found_stands_at_the_index_of_its_key) {
  wire->answer(
      R"({"Responses":{"users":[{"age":{"N":"3"},"email":{"S":"c"}},{"email":{"S":"\u0061"},"age":{"N":"x"}}]},)"
      R"("UnprocessedKeys":{},"ConsumedCapacity":[{"TableName":"users","CapacityUnits":1.5}]})");
  const auto found = people.batch_get(std::vector<std::string>{"a", "b", "c", "b", "c"}).run();
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_EQ(found->items.size(), 5u);
  ASSERT_FALSE(found->items[0]);
  EXPECT_EQ(found->items[0].error().code(), dynamo::errc::decoding);
  EXPECT_FALSE(found->items[1].value());
  EXPECT_EQ(found->items[2].value()->age, 3);
  EXPECT_FALSE(found->items[3].value());
  EXPECT_EQ(found->items[4].value()->age, 3);
  EXPECT_EQ(found->complete().error().code(), dynamo::errc::decoding);
  EXPECT_EQ(found->effort.capacity_units, 1.5);
  EXPECT_EQ(wire->requests.size(), 1u);
  EXPECT_EQ(wire->last().find("\"b\"", wire->last().find("\"b\"") + 1), std::string::npos) << wire->last();
}

// Symptom: deletes that came back as unprocessed could not be decoded.
TEST_F(batches, unprocessed_deletes_and_puts_are_sent_again) {
  wire->answer(R"({"UnprocessedItems":{"users":[{"DeleteRequest":{"Key":{"email":{"S":"x"}}}},)"
               R"({"PutRequest":{"Item":{"email":{"S":"u1"},"age":{"N":"1.0"}}}}]}})");
  const std::vector<user> puts = make_users(2);
  const auto written = people.batch_write(puts, std::vector<std::string>{"x", "y"}, patient).run();
  ASSERT_TRUE(written) << written.error().describe();
  ASSERT_EQ(wire->requests.size(), 2u);
  EXPECT_EQ(wire->last(),
            R"({"RequestItems":{"users":[{"DeleteRequest":{"Key":{"email":{"S":"x"}}}},)"
            R"({"PutRequest":{"Item":{"age":{"N":"1"},"email":{"S":"u1"}}}}]},"ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_TRUE(written->complete());
  EXPECT_EQ(written->effort.retries, 1u);
}

TEST_F(batches, of_equal_keys_the_last_one_wins_and_a_remove_stands_behind_a_put) {
  const std::vector<user> puts = {{"a", 1}, {"b", 1}, {"a", 2}};
  const auto written = people.batch_write(puts, std::vector<std::string>{"b"}).run();
  ASSERT_TRUE(written);
  EXPECT_EQ(statuses(written->puts), "ssw");
  EXPECT_EQ(statuses(written->removes), "w");
  EXPECT_EQ(wire->last(), R"({"RequestItems":{"users":[{"PutRequest":{"Item":{"age":{"N":"2"},"email":{"S":"a"}}}},)"
                          R"({"DeleteRequest":{"Key":{"email":{"S":"b"}}}}]},"ReturnConsumedCapacity":"TOTAL"})");
}

TEST_F(batches, an_input_that_cannot_be_encoded_takes_nothing_else_with_it) {
  const auto found = table.batch_get({{"al", -1}, {"al", 1}}).run();
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->items[0]);
  EXPECT_EQ(found->items[0].error().code(), dynamo::errc::invalid_argument);
  EXPECT_FALSE(found->items[1].value());
  EXPECT_EQ(wire->requests.size(), 1u);
}

TEST_F(batches, a_failing_chunk_fails_its_own_inputs) {
  wire->answer("{}");
  wire->answer(dynamo::error(dynamo::errc::resource_not_found, "no such table"));
  const auto written = people.batch_put(make_users(60), dynamo::batch_policy().parallel(1)).run();
  ASSERT_TRUE(written);
  EXPECT_EQ(statuses(written->puts), std::string(25, 'w') + std::string(25, 'f') + std::string(10, 'w'));
  EXPECT_EQ(written->complete().error().code(), dynamo::errc::resource_not_found);
}

TEST_F(batches, wait_with_full_jitter_and_give_up_after_their_retries) {
  const std::string all_unprocessed =
      R"({"UnprocessedItems":{"users":[{"PutRequest":{"Item":{"email":{"S":"u0"},"age":{"N":"0"}}}}]}})";
  for (int i = 0; i < 3; ++i) wire->answer(all_unprocessed);
  const auto began = time.steady_now();
  const auto written = people.batch_put(make_users(1), patient).run();
  ASSERT_TRUE(written);
  EXPECT_EQ(statuses(written->puts), "u");
  EXPECT_EQ(wire->requests.size(), 3u);
  EXPECT_LE(time.steady_now() - began, std::chrono::milliseconds(300));
  EXPECT_EQ(written->effort.retries, 2u);
  EXPECT_EQ(written->effort.elapsed, time.steady_now() - began);
  EXPECT_EQ(written->complete().error().code(), dynamo::errc::throttled);

  wire->requests.clear();
  for (int i = 0; i < 9; ++i) wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  const auto failed = people.batch_get({"a"}, patient.retries(5)).run();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->items[0].error().code(), dynamo::errc::throttled);
  EXPECT_EQ(wire->requests.size(), 6u);
}

TEST_F(batches, a_table_has_a_policy_of_its_own) {
  const dynamo::table<shop::users> hasty = people.with(patient.retries(0));
  for (int i = 0; i < 9; ++i) wire->answer(dynamo::error(dynamo::errc::throttled, "slow down"));
  EXPECT_FALSE(hasty.batch_get({"a"}).run()->complete());
  EXPECT_EQ(wire->requests.size(), 1u);
  EXPECT_FALSE(hasty.batch_remove({"a"}, patient.retries(1)).run()->complete());
  EXPECT_EQ(wire->requests.size(), 3u);
}

TEST_F(batches, details_add_up) {
  wire->answer(R"({"ConsumedCapacity":[{"TableName":"users","CapacityUnits":10}]})");
  wire->answer(R"({"ConsumedCapacity":[{"TableName":"users","CapacityUnits":2.5}]})");
  const auto written = people.batch_put(make_users(30)).with_details().run();
  ASSERT_TRUE(written);
  EXPECT_EQ(written->details.capacity_units, 12.5);
  EXPECT_EQ(written->value.effort.requests, 2u);
}

TEST_F(batches, a_thousand_items_and_back) {
  auto service = std::make_shared<batch_service>("email");
  dynamo::table<shop::users> users{service};
  const std::vector<user> all = make_users(1'000);
  const auto written = users.batch_put(all, dynamo::batch_policy().parallel(8)).run();
  ASSERT_TRUE(written && written->complete());
  EXPECT_EQ(service->requests, 40);
  std::vector<user> asked = all;
  asked.push_back({"nobody", 0});
  const auto found = users.batch_get(asked).run();
  ASSERT_TRUE(found && found->complete());
  EXPECT_EQ(service->requests, 51);
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(found->items[i].value()->age, all[i].age);
  EXPECT_FALSE(found->items.back().value());
  const auto removed = users.batch_remove(all).run();
  ASSERT_TRUE(removed && removed->complete());
  EXPECT_TRUE(service->items.empty());
}

}  // namespace

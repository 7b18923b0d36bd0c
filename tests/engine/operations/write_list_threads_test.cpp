// Changes of two items each, of which several take the same keys in different orders.
#include "../../support/seeds.hpp"
#include "two_items.hpp"

#include <array>
#include <charconv>
#include <random>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

constexpr int accounts = 5, opening = 100;

item_request change_balance(int account, int by) {
  return {operation_name::update_item,
          R"({"TableName":"things","Key":{"pk":{"S":")" + std::to_string(account) +
              R"("}},"UpdateExpression":"ADD balance :by","ConditionExpression":"balance >= :least",)"
              R"("ExpressionAttributeValues":{":by":{"N":")" +
              std::to_string(by) + R"("},":least":{"N":")" + std::to_string(by < 0 ? -by : 0) + R"("}}})"};
}

TEST(transfers, between_accounts_neither_make_money_nor_wait_for_each_other) {
  const auto opened = core_in_memory();
  ASSERT_TRUE(opened);
  engine::engine_core& core = *opened;
  core_endpoint db(core);
  ASSERT_TRUE(testing_support::call(db, operation_name::create_table, R"({"TableName":"things",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})")
                  .ok);
  for (int i = 0; i < accounts; ++i) {
    ASSERT_TRUE(testing_support::call(db, operation_name::put_item,
                                      R"({"TableName":"things","Item":{"pk":{"S":")" + std::to_string(i) +
                                          R"("},"balance":{"N":")" + std::to_string(opening) + R"("}}})")
                    .ok);
  }
  // One snapshot: a scan's page.
  const auto sum = [&] {
    int total = 0;
    const auto page = testing_support::call(db, operation_name::scan, R"({"TableName":"things"})");
    EXPECT_TRUE(page.ok) << page.to_string();
    for (const std::string& item : elements(member(page.body, "Items").value_or("[]"))) {
      total += std::stoi(text_member(member(item, "balance").value_or("{}"), "N"));
    }
    return total;
  };
  std::atomic<int> refused = 0, moved = 0;
  {
    std::array<std::jthread, 4> threads;
    for (unsigned t = 0; t < threads.size(); ++t) {
      threads[t] = std::jthread([&, t] {
        std::mt19937_64 random(t);
        for (int i = 0; i < 300; ++i) {
          const int from = static_cast<int>(random() % accounts);
          const int to = static_cast<int>((static_cast<unsigned>(from) + 1 + random() % (accounts - 1)) % accounts);
          const int amount = 1 + static_cast<int>(random() % 60);
          const auto done = write_all(core, {change_balance(from, -amount), change_balance(to, amount)});
          if (!done) {
            EXPECT_EQ(done.error().code(), errc::conditional_check_failed) << done.error().describe();
          }
          ++(done ? moved : refused);
        }
      });
    }
    for (int i = 0; i < 50; ++i) EXPECT_EQ(sum(), accounts * opening);
  }
  EXPECT_EQ(sum(), accounts * opening);
  EXPECT_GT(moved, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace

// Money moves between accounts by transactions and by single updates: it is never seen in two places, or in none.
#include "../support/seeds.hpp"
#include "operations/core_fixture.hpp"
#include "transaction_fixture.hpp"

#include <engine/operations/operations.hpp>

#include <array>
#include <atomic>
#include <iostream>
#include <random>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

constexpr int accounts = 8, opening = 100;

class bank : public transaction_fixture {
 protected:
  static std::string with_amount(const std::string& action, int account, const std::string& expression,
                                 const std::string& condition, int amount) {
    return (action.empty() ? R"({"TableName":"things")" : "{\"" + action + R"(":{"TableName":"things")") +
           R"(,"Key":)" + key_text(std::to_string(account)) + R"(,"UpdateExpression":")" + expression +
           R"(","ConditionExpression":")" + condition + R"(","ExpressionAttributeValues":{":by":{"N":")" +
           std::to_string(amount) + R"("}}})" + (action.empty() ? "" : "}");
  }
  static std::string pay(int account, int amount, const std::string& action = "Update") {
    return with_amount(action, account, "SET balance = balance - :by", "balance >= :by", amount);
  }
  static std::string receive(int account, int amount) {
    return with_amount("Update", account, "SET balance = balance + :by", "attribute_exists(balance)", amount);
  }
  void open_accounts() {
    open_in_memory();
    make_tables();
    for (int i = 0; i < accounts; ++i) {
      ASSERT_TRUE(call(operation_name::put_item, R"({"TableName":"things","Item":{"pk":{"S":")" + std::to_string(i) +
                                                     R"("},"balance":{"N":")" + std::to_string(opening) + R"("}}})")
                      .ok);
    }
  }
  /// As one TransactGetItems sees it.
  int total() {
    texts gets;
    for (int i = 0; i < accounts; ++i) gets.push_back(get_action(std::to_string(i)));
    const answer page = call(operation_name::transact_get_items, transaction_text(gets));
    EXPECT_TRUE(page.ok) << page.to_string();
    int sum = 0;
    for (const std::string& item : elements(member(page.body, "Responses").value_or("[]"))) {
      sum += std::stoi(text_member(member(member(item, "Item").value_or("{}"), "balance").value_or("{}"), "N"));
    }
    return sum;
  }
};

TEST_F(bank, shows_the_same_total_at_every_moment) {
  testing_support::for_each_seed(3, [&](std::mt19937_64& seeded) {
    open_accounts();
    const auto seed = seeded();
    // Printed before anything can hang.
    std::cout << "seed " << seed << std::endl;
    std::atomic<int> moved = 0, refused = 0, conflicts = 0;
    std::atomic<bool> done = false;
    {
      std::array<std::jthread, 8> threads;
      for (unsigned t = 0; t < threads.size(); ++t) {
        threads[t] = std::jthread([&, t] {
          std::mt19937_64 random(seed + t);
          for (int i = 0; i < 150; ++i) {
            const int from = static_cast<int>(random() % accounts);
            const int to = static_cast<int>((static_cast<unsigned>(from) + 1 + random() % (accounts - 1)) % accounts);
            const int amount = 1 + static_cast<int>(random() % 60);
            if (i % 4 == 3) {  // a single write that leaves the balance: it meets transactions and pending values
              const answer touched =
                  call(operation_name::update_item,
                       with_amount("", from, "SET touched = :by", "balance >= :by OR balance < :by", amount));
              EXPECT_TRUE(touched.ok || touched.code == errc::transaction_conflict) << touched.to_string();
              continue;
            }
            const answer came = transact({pay(from, amount), receive(to, amount)});
            if (came.ok) {
              ++moved;
            } else {
              EXPECT_EQ(came.code, errc::transaction_canceled) << came.to_string();
              ++(came.message.find("Conflict") != std::string::npos ? conflicts : refused);
            }
          }
        });
      }
      std::jthread reader([&] {
        while (!done) {
          const int sum = total();
          EXPECT_EQ(sum, accounts * opening);
          if (sum != accounts * opening) break;
        }
      });
      for (std::jthread& one : threads) one.join();
      done = true;
    }
    EXPECT_EQ(total(), accounts * opening);
    EXPECT_GT(moved, 0);
    EXPECT_GT(refused + conflicts, 0);
  });
}

class moments : public on_simulated_disk<transaction_fixture> {};

// Deterministic: what is written between two slices of a read is not seen by it.
TEST_F(moments, of_a_long_read_are_one) {
  testing_support::for_each_seed(1, [&](std::mt19937_64&) {
    make_tables();
    const std::string large(engine::long_read::slice_bytes_max, 'x');
    for (const char* const pk : {"a", "b", "c"}) put(pk, large + "1");
    const auto read = engine::transact_get_items(
        *core_, request(operation_name::transact_get_items,
                        json::buffer(transaction_text({get_action("a"), get_action("b"), get_action("c")}))));
    ASSERT_TRUE(read);
    EXPECT_FALSE((*read)->run_slice()) << "a slice for each item";
    ASSERT_TRUE(transact({put_action("a", "2"), put_action("b", "2"), delete_action("c")}).ok);
    const answer came = testing_support::to_answer(engine::run_to_end(**read));
    EXPECT_EQ(came.body, R"({"Responses":[{"Item":)" + item_text("a", large + "1") + R"(},{"Item":)" +
                             item_text("b", large + "1") + R"(},{"Item":)" + item_text("c", large + "1") + "}]}");
  });
}

}  // namespace

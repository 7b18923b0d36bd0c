// Writers whose items expire and are written anew, beside the engine that deletes what has expired.
#include "../support/seeds.hpp"
#include "ttl_fixture.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

class ttl_beside_writers : public ttl_fixture {
 protected:
  static constexpr int writers = 4, rounds = 150;

  bool is_there(const std::string& pk) {
    const std::string got = told(operation_name::get_item,
                                 R"({"TableName":"things","ConsistentRead":true,"Key":{"pk":{"S":")" + pk + "\"}}}");
    return got.find("Item") != std::string::npos;
  }
  /// An item that has expired lives on if it is written anew in time; once that is acknowledged it stays.
  void refresh(const std::string& pk, std::int64_t past, std::int64_t future, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
      put_until(pk, past);
      for (int wait = 0; wait < static_cast<int>(random() % 7); ++wait) std::this_thread::yield();
      const answer renewed = update_until(pk, future);
      if (!renewed.ok) {
        EXPECT_EQ(renewed.code, errc::conditional_check_failed) << renewed.to_string();
        put_until(pk, future);
      }
      for (int wait = 0; wait < static_cast<int>(random() % 5); ++wait) std::this_thread::yield();
      EXPECT_TRUE(is_there(pk)) << pk << " was deleted in round " << round << " though it had been written anew";
    }
  }
};

TEST_F(ttl_beside_writers, an_item_that_was_written_anew_is_not_deleted) {
  make_things();
  testing_support::for_each_seed(2, [&](std::mt19937_64& seeds) {
    const std::int64_t past = in(-1h), future = in(24h * 3'650);
    std::atomic<int> writing = writers;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&, writer, seed = seeds()] {
        refresh("item" + std::to_string(writer), past, future, seed);
        --writing;
      });
    }
    threads.emplace_back([&] {
      // Ten weeks: what was written anew has not expired, and maintenance writes little else.
      constexpr int minutes_max = 100'000;
      for (int minutes = 0; writing > 0; ++minutes) {
        time_.advance(minutes < minutes_max ? std::chrono::microseconds(1min) : std::chrono::microseconds(1));
      }
    });
    for (std::thread& thread : threads) thread.join();
    pass(2min);
    EXPECT_EQ(keys().size(), static_cast<std::size_t>(writers));
  });
}

TEST_F(ttl_beside_writers, of_a_table_that_is_switched_and_dropped) {
  make_marks();
  std::atomic<bool> done = false;
  std::thread sweeping([&] {
    while (!done) time_.advance(1min);
  });
  for (int round = 0; round < 30; ++round) {
    make_table();
    for (int i = 0; i < 5; ++i) put_until("a" + std::to_string(i), 1);
    ASSERT_TRUE(set_ttl(true).ok);
    for (int i = 0; i < 5; ++i) put_until("b" + std::to_string(i), now_in_seconds() - 5);
    if (round % 2 == 0) {
      ASSERT_TRUE(set_ttl(false).ok);
    }
    ASSERT_TRUE(call(operation_name::delete_table, R"({"TableName":"things"})").ok);
  }
  done = true;
  sweeping.join();
}

}  // namespace

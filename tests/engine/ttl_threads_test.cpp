// Writers whose items expire and are written anew, beside the engine that deletes what has expired.
#include "../support/seeds.hpp"
#include "ttl_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <map>
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

// Whatever the clock shows meanwhile: what never expires by any of it stays, what has expired all along goes once the clock is right, and the
// stream tells one story.
TEST_F(ttl_beside_writers, are_not_misled_by_a_clock_that_is_set) {
  constexpr auto years = [](int n) { return std::chrono::hours(24 * 365 * n); };
  make_things();
  const std::int64_t past = in(-1h), never = in(years(30));
  testing_support::for_each_seed(1, [&](std::mt19937_64& seeds) {
    std::atomic<int> writing = writers;
    std::vector<std::map<std::string, std::int64_t>> last(writers);
    std::vector<std::thread> threads;
    for (std::size_t writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&, writer, seed = seeds()] {
        std::mt19937_64 random(seed);
        for (int round = 0; round < rounds && !HasFailure(); ++round) {
          const std::string pk = std::to_string(writer) + "." + std::to_string(random() % 8);
          const auto some_time = static_cast<std::int64_t>(random() % (10 * 365)) * 24 * 3'600 - 5 * 365 * 24 * 3'600;
          const std::int64_t until = random() % 3 == 0   ? past
                                     : random() % 2 == 0 ? never
                                                         : now_in_seconds() + some_time;
          put_until(pk, until);
          last[writer][pk] = until;
        }
        --writing;
      });
    }
    std::chrono::microseconds set_by{0};
    threads.emplace_back([&, seed = seeds()] {
      std::mt19937_64 random(seed);
      constexpr int steps_max = 100'000;  // records are kept for a day
      for (int step = 0; writing > 0; ++step) {
        const std::chrono::microseconds to =
            random() % 3 == 0 ? 0h : years(10) * (static_cast<int>(random() % 201) - 100) / 100;
        time_.jump(to - set_by);
        set_by = to;
        time_.advance(step < steps_max ? 100ms : 1us);
      }
    });
    for (std::thread& thread : threads) thread.join();
    time_.jump(-set_by);
    pass(2min, 40);

    std::map<std::string, std::string> state;
    for (std::string at = iterator(arn_);;) {
      const seen_page seen = page(at, R"(,"Limit":1000)");
      ASSERT_TRUE(seen.came.ok) << seen.came.to_string();
      if (seen.records.empty()) break;
      for (const seen_record& record : seen.records) {
        const std::string pk = text_member(member(record.keys, "pk").value_or(""), "S");
        EXPECT_EQ(state[pk], record.old_image) << record.text;
        state[pk] = record.new_image;
        if (is_by_service(record)) {
          EXPECT_EQ(record.old_image.find(std::to_string(never)), std::string::npos) << record.text;
        }
      }
      at = seen.next;
    }
    const std::vector<std::string> left = keys();
    for (const auto& of_writer : last) {
      for (const auto& [pk, until] : of_writer) {
        const bool is_left = std::ranges::binary_search(left, pk);
        EXPECT_EQ(is_left, !state[pk].empty()) << pk;
        if (until == never) {
          EXPECT_TRUE(is_left) << pk << " never expired";
        } else if (until == past) {
          EXPECT_FALSE(is_left) << pk << " has expired";
        }
      }
    }
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

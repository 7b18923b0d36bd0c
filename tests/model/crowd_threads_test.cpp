// Several callers at once: what each was told, and the change log, must tell one story; also after a crash.
#include "../support/seeds.hpp"
#include "crowd.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace dynamo::model;
using dynamo::testing_support::for_each_seed;

void expect_one_story(storage& on, crowd how, std::mt19937_64& random) {
  how.seed = random() % 1'000'000'007;
  aftermath after;
  const auto failed = let_work(on, how, after);
  ASSERT_EQ(failed.value_or(""), "");
  EXPECT_EQ(verify(on, how, after).value_or(""), "");
}

TEST(crowd, writers_in_memory_tell_one_story_with_the_log) {
  for_each_seed(60, [](std::mt19937_64& random) {
    storage on(storage::kind::memory);
    crowd how;
    how.threads = 2 + static_cast<int>(random() % 5);
    how.places_used = 1 + static_cast<int>(random() % 4);
    expect_one_story(on, how, random);
  });
}

TEST(crowd, writers_of_tables_that_come_and_go_tell_one_story_with_the_logs) {
  for_each_seed(20, [](std::mt19937_64& random) {
    storage on(storage::kind::memory);
    crowd how;
    how.churn = true;
    expect_one_story(on, how, random);
  });
}

TEST(crowd, writers_on_disk_tell_one_story_with_the_log) {
  for_each_seed(8, [](std::mt19937_64& random) {
    storage on(storage::kind::disk);
    crowd how;
    how.threads = 8;
    how.writes_each = 60;
    how.places_used = 1 + static_cast<int>(random() % 3);
    expect_one_story(on, how, random);
  });
}

TEST(crowd, writers_over_http_tell_one_story_with_the_log) {
  for_each_seed(10, [](std::mt19937_64& random) {
    storage on(random() % 2 == 0 ? storage::kind::memory_over_http : storage::kind::disk_over_http);
    crowd how;
    how.threads = 2 + static_cast<int>(random() % 5);
    how.places_used = 1 + static_cast<int>(random() % 4);
    how.churn = random() % 4 == 0;
    expect_one_story(on, how, random);
  });
}

TEST(crowd, what_was_acknowledged_before_the_power_went_is_there) {
  for_each_seed(30, [](std::mt19937_64& random) {
    storage on(storage::kind::disk);
    crowd how;
    how.threads = 4;
    how.places_used = 1 + static_cast<int>(random() % 3);
    how.crash_after = 1 + static_cast<int>(random() % 150);
    how.torn = random() % 2 == 0;
    expect_one_story(on, how, random);
  });
}

}  // namespace

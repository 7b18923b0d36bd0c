#include <engine/throughput/key_range_meters.hpp>

#include <gtest/gtest.h>

namespace {

using dynamo::engine::key_range_meters;
using namespace std::chrono_literals;

TEST(key_range_meters, a_key_may_consume_its_rate_and_works_off_what_is_beyond) {
  key_range_meters keys;
  EXPECT_FALSE(keys.is_exceeded(1, 1000, 0s));
  keys.charge(1, 1000, 999, 0s);
  EXPECT_FALSE(keys.is_exceeded(1, 1000, 0s));
  keys.charge(1, 1000, 1001, 0s);
  EXPECT_TRUE(keys.is_exceeded(1, 1000, 0s));
  EXPECT_TRUE(keys.is_exceeded(1, 1000, 999ms));
  EXPECT_FALSE(keys.is_exceeded(1, 1000, 1001ms));
  EXPECT_FALSE(keys.is_exceeded(2, 1000, 0s));
  EXPECT_TRUE(keys.is_exceeded(1, 1000, -5s)) << "a clock that was set back";
}

TEST(key_range_meters, the_hot_ones_are_remembered_among_any_number) {
  key_range_meters keys;
  keys.charge(7, 1000, 5000, 0s);
  for (std::uint64_t other = 8; other < 1'000'000; ++other) keys.charge(other, 1000, 1, 0s);
  EXPECT_TRUE(keys.is_exceeded(7, 1000, 0s));
}

TEST(key_range_meters, of_one_set_the_hottest_stay) {
  key_range_meters keys;
  const auto same_set = [](std::uint64_t which) { return which * key_range_meters::sets + 3; };
  for (std::uint64_t i = 0; i <= key_range_meters::ways; ++i) {
    keys.charge(same_set(i + 1), 1000, 2000 + 10 * static_cast<double>(i), 0s);
  }
  EXPECT_FALSE(keys.is_exceeded(same_set(1), 1000, 0s)) << "forgotten";
  for (std::uint64_t i = 1; i <= key_range_meters::ways; ++i) EXPECT_TRUE(keys.is_exceeded(same_set(i + 1), 1000, 0s));
}

}  // namespace

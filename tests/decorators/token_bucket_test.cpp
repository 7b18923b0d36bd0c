#include <decorators/token_bucket.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr token_bucket::time_point start{1h};

TEST(TokenBucket, SaysHowLongToWaitForTokens) {
  struct {
    std::string name;
    double per_second, capacity, taken;
    microseconds passed;
    double wanted;
    microseconds expected;
  } const cases[] = {
      {"full at first", 10, 10, 0, 0s, 10, 0us},
      {"one missing", 10, 10, 10, 0s, 1, 100ms},
      {"half of it came meanwhile", 10, 10, 10, 50ms, 1, 50ms},
      {"all of it came", 10, 10, 10, 100ms, 1, 0us},
      {"no more than its capacity gathers", 10, 10, 10, 1h, 11, 0us},
      {"a debt is paid back first", 10, 10, 25, 0s, 1, 1'600ms},
      {"a fraction", 4, 4, 4, 0s, 0.5, 125ms},
      {"less than a microsecond is one", 10'000'000, 1, 1, 0s, 1, 1us},
      {"more than will ever gather waits for a full bucket", 10, 10, 10, 0s, 100, 1s},
      {"never longer than a day", 1e-12, 1, 1, 0s, 1, 24h},
  };
  for (const auto& each : cases) {
    token_bucket bucket(each.per_second, each.capacity, start);
    bucket.take(each.taken, start);
    EXPECT_EQ(bucket.wait_for(each.wanted, start + each.passed), each.expected) << each.name;
  }
}

TEST(TokenBucket, WhatWasNotUsedComesBackButNeverAboveTheCapacity) {
  token_bucket bucket(1, 5, start);
  bucket.take(3, start);
  bucket.take(-2, start);
  EXPECT_DOUBLE_EQ(bucket.level(start), 4);
  bucket.take(-2, start);
  EXPECT_DOUBLE_EQ(bucket.level(start), 5);
}

TEST(TokenBucket, TimeThatRunsBackwardsChangesNothing) {
  token_bucket bucket(10, 10, start);
  bucket.take(10, start);
  EXPECT_EQ(bucket.wait_for(1, start - 1s), 100ms);
}

TEST(TokenBucket, TakersInTurnAreSpacedByTheRate) {
  token_bucket bucket(100, 1, start);
  std::vector<microseconds> waits;
  for (int i = 0; i < 4; ++i) {
    waits.push_back(bucket.wait_for(1, start));
    bucket.take(1, start);
  }
  EXPECT_EQ(waits, (std::vector<microseconds>{0ms, 10ms, 20ms, 30ms}));
}

}  // namespace
}  // namespace dynamo

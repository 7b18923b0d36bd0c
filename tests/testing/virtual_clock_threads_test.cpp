#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace dynamo::testing {
namespace {

using namespace std::chrono_literals;

TEST(VirtualClockThreads, BlockedThreadsGoOnWhenTheTimeHasComeAndNotBefore) {
  virtual_clock time(virtual_clock::blocking::waits_for_advance);
  std::atomic<int> woken{0};
  std::vector<std::jthread> threads;
  for (int i = 1; i <= 3; ++i) {
    threads.emplace_back([&, i] {
      EXPECT_TRUE(time.wait(std::chrono::seconds(i)));
      ++woken;
    });
  }
  time.wait_until_waiting(3);
  time.advance(999ms);
  EXPECT_EQ(woken, 0);
  time.advance(2001ms);
  threads.clear();
  EXPECT_EQ(woken, 3);
  EXPECT_EQ(time.waiting(), 0U);
}

TEST(VirtualClockThreads, AStopTokenEndsABlockedWait) {
  virtual_clock time(virtual_clock::blocking::waits_for_advance);
  std::stop_source stop;
  std::jthread waits([&] { EXPECT_FALSE(time.wait(1s, stop.get_token())); });
  time.wait_until_waiting(1);
  stop.request_stop();
}

TEST(VirtualClockThreads, WaitsOfManyThreadsPassTheTimeWithoutAHelper) {
  virtual_clock time;
  const auto start = time.now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 100; ++n) EXPECT_TRUE(time.wait(1ms));
      });
    }
  }
  EXPECT_GE(time.now() - start, 100ms);
  EXPECT_LE(time.now() - start, 400ms);
}

}  // namespace
}  // namespace dynamo::testing

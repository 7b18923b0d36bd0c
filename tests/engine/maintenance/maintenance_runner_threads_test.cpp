#include <dynamo/testing/virtual_clock.hpp>
#include <engine/maintenance/maintenance_runner.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;

class held_job final : public maintenance_job {
 public:
  std::optional<std::chrono::microseconds> run_slice() noexcept override {
    begun.count_down();
    go_on.wait();
    ended = true;
    return std::chrono::microseconds(0);
  }
  std::latch begun{1}, go_on{1};
  std::atomic<bool> ended = false;
};

TEST(maintenance_threads, a_slice_under_way_ends_before_stop_returns) {
  dynamo::testing::virtual_clock time;
  held_job job;
  maintenance_runner runner(time, {&job});
  runner.wake();
  std::thread steps([&] { time.advance(0us); });
  job.begun.wait();
  std::thread lets_go([&] { job.go_on.count_down(); });
  runner.stop();
  EXPECT_TRUE(job.ended);
  lets_go.join();
  steps.join();
  EXPECT_EQ(time.waiting(), 0u);
}

class counting_job final : public maintenance_job {
 public:
  std::optional<std::chrono::microseconds> run_slice() noexcept override {
    EXPECT_EQ(inside.fetch_add(1), 0) << "two slices at one time";
    ++slices;
    --inside;
    return slices % 3 == 0 ? std::optional(std::chrono::microseconds(1)) : std::nullopt;
  }
  std::atomic<int> slices = 0, inside = 0;
};

TEST(maintenance_threads, wakes_and_stops_from_anywhere_on_the_machines_timer) {
  for (int round = 0; round < 50; ++round) {
    counting_job job;
    {
      maintenance_runner runner(system_timer(), {&job});
      std::jthread one([&] {
        for (int i = 0; i < 20; ++i) runner.wake();
      });
      std::jthread other([&] {
        for (int i = 0; i < 20; ++i) runner.wake();
        if (round % 2 == 0) runner.stop();
      });
    }
    const int slices = job.slices;
    std::this_thread::yield();
    EXPECT_EQ(job.slices, slices) << "a slice ran after the runner was gone";
  }
}

}  // namespace
}  // namespace dynamo::engine

#include <dynamo/base/timer.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;

template <class Work>
class task_of final : public timer_task {
 public:
  explicit task_of(Work work) : work_(std::move(work)) {}
  void run() noexcept override { work_(); }

 private:
  Work work_;
};
template <class Work>
std::shared_ptr<timer_task> task(Work work) {
  return std::make_shared<task_of<Work>>(std::move(work));
}

TEST(TimerThreads, RunsTasksInTheOrderInWhichTheyAreDue) {
  timer& time = system_timer();
  std::vector<int> order;  // written by the timer's thread only, read after the latch
  std::latch done(3);
  const auto note = [&](int n) {
    return task([&order, &done, n] {
      order.push_back(n);
      done.count_down();
    });
  };
  std::latch busy(1), all_are_there(1);  // however slow this thread is, the timer sees the three together
  ASSERT_TRUE(time.after(0ms, task([&] {
                           busy.count_down();
                           all_are_there.wait();
                         })));
  busy.wait();
  ASSERT_TRUE(time.after(-1h, note(3)));
  ASSERT_TRUE(time.after(-2h, note(2)));
  ASSERT_TRUE(time.after(-3h, note(1)));
  all_are_there.count_down();
  done.wait();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(TimerThreads, NeverRunsATaskEarlyOrInsideAfter) {
  timer& time = system_timer();
  const auto start = time.steady_now();
  auto ran_at = start;
  std::thread::id ran_on;
  std::latch done(2);
  ASSERT_TRUE(time.after(5ms, task([&] {
                           ran_at = time.steady_now();
                           done.count_down();
                         })));
  ASSERT_TRUE(time.after(-1s, task([&] {
    ran_on = std::this_thread::get_id();
    done.count_down();
  })));
  done.wait();
  EXPECT_GE(ran_at - start, 5ms);
  EXPECT_NE(ran_on, std::this_thread::get_id());
}

TEST(TimerThreads, ACancelledTaskIsDroppedAtOnceAndNeverRuns) {
  timer& time = system_timer();
  const auto waits = task([] { ADD_FAILURE() << "a cancelled task ran"; });
  const timer_ticket ticket = time.after(1h, waits);
  EXPECT_EQ(waits.use_count(), 2);
  EXPECT_TRUE(time.cancel(ticket));
  EXPECT_EQ(waits.use_count(), 1);
  EXPECT_FALSE(time.cancel(ticket));
  EXPECT_FALSE(time.cancel({}));
}

TEST(TimerThreads, ATaskMayStartTheNextAndIsDroppedAfterItRan) {
  struct chain final : timer_task, std::enable_shared_from_this<chain> {
    std::atomic<int> left{100};
    std::latch done{1};
    void run() noexcept override {
      if (--left == 0) {
        done.count_down();
      } else {
        EXPECT_TRUE(system_timer().after(0ms, shared_from_this()));
      }
    }
  };
  const auto links = std::make_shared<chain>();
  ASSERT_TRUE(system_timer().after(0ms, links));
  links->done.wait();
  EXPECT_EQ(links->left, 0);
}

TEST(TimerThreads, ManyThreadsStartAndCancel) {
  timer& time = system_timer();
  std::atomic<int> ran{0}, cancelled{0};
  constexpr int each = 500, threads = 4;
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        for (int i = 0; i < each; ++i) {
          const timer_ticket ticket = time.after(std::chrono::microseconds(i % 7), task([&] { ++ran; }));
          if (i % 2 == 0 && time.cancel(ticket)) ++cancelled;
        }
      });
    }
  }
  std::latch last(1);
  ASSERT_TRUE(time.after(10ms, task([&] { last.count_down(); })));
  last.wait();
  EXPECT_EQ(ran + cancelled, each * threads);
}

TEST(TimerThreads, WaitingEndsWithTheTimeOrWithTheToken) {
  timer& time = system_timer();
  EXPECT_TRUE(time.wait(1ms));
  std::stop_source stop;
  std::latch waits(1);
  std::jthread asks([&] {
    waits.wait();
    stop.request_stop();
  });
  waits.count_down();
  EXPECT_FALSE(time.wait(1h, stop.get_token()));
  EXPECT_FALSE(time.wait(1h, stop.get_token()));
}

TEST(TimerThreads, ATimerThatIsFullTakesNothing) {
  timer& time = system_timer();
  const auto idle = task([] {});
  std::vector<timer_ticket> taken;
  while (const timer_ticket ticket = time.after(1h, idle)) taken.push_back(ticket);
  EXPECT_EQ(taken.size(), timer::waiting_max);
  for (const timer_ticket ticket : taken) EXPECT_TRUE(time.cancel(ticket));
  EXPECT_EQ(idle.use_count(), 1);
}

}  // namespace
}  // namespace dynamo

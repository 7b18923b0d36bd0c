#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace dynamo::testing {
namespace {

using namespace std::chrono_literals;

template <class Work>
std::shared_ptr<timer_task> task(Work work) {
  struct task_of final : timer_task {
    explicit task_of(Work w) : work(std::move(w)) {}
    void run() noexcept override { work(); }
    Work work;
  };
  return std::make_shared<task_of>(std::move(work));
}

TEST(VirtualClock, StandsStillUntilItIsAdvanced) {
  virtual_clock time;
  const auto now = time.now();
  const auto steady = time.steady_now();
  EXPECT_EQ(time.now(), now);
  time.advance(24h);
  EXPECT_EQ(time.now() - now, 24h);
  EXPECT_EQ(time.steady_now() - steady, 24h);
}

TEST(VirtualClock, BeginsWhereItIsTold) {
  const instant start(std::chrono::seconds(1'000));
  EXPECT_EQ(virtual_clock(virtual_clock::blocking::passes_the_time, start).now(), start);
}

TEST(VirtualClock, RunsEachTaskAtItsTimeAndInOrder) {
  virtual_clock time;
  const auto start = time.now();
  std::vector<std::pair<int, std::chrono::microseconds>> ran;
  const auto note = [&](int n) { return task([&, n] { ran.emplace_back(n, time.now() - start); }); };
  ASSERT_TRUE(time.after(30ms, note(3)));
  ASSERT_TRUE(time.after(10ms, note(1)));
  ASSERT_TRUE(time.after(10ms, note(2)));
  ASSERT_TRUE(time.after(31ms, note(4)));
  EXPECT_EQ(time.waiting(), 4U);
  time.advance(30ms);
  EXPECT_EQ(ran, (std::vector<std::pair<int, std::chrono::microseconds>>{{1, 10ms}, {2, 10ms}, {3, 30ms}}));
  EXPECT_TRUE(time.advance_to_next());
  EXPECT_EQ(ran.back(), (std::pair<int, std::chrono::microseconds>(4, 31ms)));
  EXPECT_FALSE(time.advance_to_next());
  EXPECT_EQ(time.now() - start, 31ms);
}

TEST(VirtualClock, RunsTasksThatTasksAdd) {
  virtual_clock time;
  int runs = 0;
  struct again final : timer_task, std::enable_shared_from_this<again> {
    virtual_clock& time;
    int& runs;
    again(virtual_clock& t, int& r) : time(t), runs(r) {}
    void run() noexcept override {
      if (++runs == 10) return;
      EXPECT_TRUE(time.after(1s, shared_from_this()));
    }
  };
  ASSERT_TRUE(time.after(1s, std::make_shared<again>(time, runs)));
  time.advance(5s);
  EXPECT_EQ(runs, 5);
  time.advance(1min);
  EXPECT_EQ(runs, 10);
}

TEST(VirtualClock, AZeroWaitRunsWithTheNextAdvanceAndNotBefore) {
  virtual_clock time;
  bool ran = false;
  ASSERT_TRUE(time.after(0s, task([&] { ran = true; })));
  EXPECT_FALSE(ran);
  time.advance(0s);
  EXPECT_TRUE(ran);
}

TEST(VirtualClock, ACancelledTaskNeverRuns) {
  virtual_clock time;
  const timer_ticket ticket = time.after(1s, task([] { ADD_FAILURE(); }));
  EXPECT_TRUE(time.cancel(ticket));
  EXPECT_FALSE(time.cancel(ticket));
  time.advance(2s);
}

TEST(VirtualClock, ABlockingWaitPassesTheTimeAndRunsWhatIsDueBefore) {
  virtual_clock time;
  const auto start = time.now();
  bool ran = false;
  ASSERT_TRUE(time.after(1s, task([&] { ran = true; })));
  EXPECT_TRUE(time.wait(3s));
  EXPECT_TRUE(ran);
  EXPECT_EQ(time.now() - start, 3s);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(time.wait(1s, stop.get_token()));
  EXPECT_EQ(time.now() - start, 3s);
}

TEST(VirtualClock, JumpsOfTheWallClockLetNoTimePass) {
  virtual_clock time;
  const instant before = time.now();
  const auto steady = time.steady_now();
  time.jump(std::chrono::hours(-24 * 3'650));
  EXPECT_EQ(time.now(), before - std::chrono::hours(24 * 3'650));
  EXPECT_EQ(time.steady_now(), steady);
  time.advance(std::chrono::seconds(1));
  time.jump(std::chrono::hours(24 * 3'650));
  EXPECT_EQ(time.now(), before + std::chrono::seconds(1));
}

TEST(VirtualClock, EachIsABootOfItsOwn) {
  const virtual_clock one, other;
  EXPECT_FALSE(one.boot_id().empty());
  EXPECT_NE(one.boot_id(), other.boot_id());
}

}  // namespace
}  // namespace dynamo::testing

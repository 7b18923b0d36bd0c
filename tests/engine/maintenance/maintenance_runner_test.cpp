#include <engine/maintenance/maintenance_runner.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;
using answers = std::deque<std::optional<std::chrono::microseconds>>;

/// Writes its name into a log, and answers what the test has laid down; then nothing.
class logged_job final : public maintenance_job {
 public:
  logged_job(std::string& log, char name, answers script) : log_(log), name_(name), script_(std::move(script)) {}
  std::optional<std::chrono::microseconds> run_slice() noexcept override {
    log_ += name_;
    if (then) then();
    if (script_.empty()) return std::nullopt;
    const auto next = script_.front();
    script_.pop_front();
    return next;
  }
  std::function<void()> then;

 private:
  std::string& log_;
  const char name_;
  answers script_;
};

class maintenance : public ::testing::Test {
 protected:
  std::string log_;
  dynamo::testing::virtual_clock time_;
};

TEST_F(maintenance, runs_no_job_before_it_is_woken_nor_inside_of_wake) {
  logged_job a(log_, 'a', {});
  maintenance_runner runner(time_, {&a});
  time_.advance(24h);
  EXPECT_EQ(log_, "");
  runner.wake();
  EXPECT_EQ(log_, "");
  time_.advance(0us);
  EXPECT_EQ(log_, "a");
  time_.advance(24h);
  EXPECT_EQ(log_, "a");
  runner.wake();
  time_.advance(0us);
  EXPECT_EQ(log_, "aa");
}

TEST_F(maintenance, takes_the_first_job_that_is_due_and_each_when_it_asked_to) {
  logged_job a(log_, 'a', {0us, 10s, 0us}), b(log_, 'b', {0us, 3s, 3s, 3s, 3s});
  maintenance_runner runner(time_, {&a, &b});
  runner.wake();
  time_.advance(0us);
  EXPECT_EQ(log_, "aabb");
  time_.advance(3s);
  EXPECT_EQ(log_, "aabbb");
  time_.advance(6s);
  EXPECT_EQ(log_, "aabbbbb");
  time_.advance(1s);
  EXPECT_EQ(log_, "aabbbbbaa");
}

TEST_F(maintenance, lets_other_tasks_have_their_turn_between_two_slices) {
  class other final : public timer_task {
   public:
    explicit other(std::string& log) : log_(log) {}
    void run() noexcept override { log_ += '-'; }

   private:
    std::string& log_;
  };
  logged_job a(log_, 'a', {0us, 0us});
  maintenance_runner runner(time_, {&a});
  runner.wake();
  ASSERT_TRUE(time_.after(0us, std::make_shared<other>(log_)));
  time_.advance(0us);
  EXPECT_EQ(log_, "a-aa");
}

TEST_F(maintenance, that_is_woken_during_a_slice_runs_it_once_more) {
  logged_job a(log_, 'a', {1h, 1h});
  maintenance_runner runner(time_, {&a});
  a.then = [&] { a.then = nullptr, runner.wake(); };
  runner.wake();
  time_.advance(0us);
  EXPECT_EQ(log_, "aa");
  time_.advance(1h);
  EXPECT_EQ(log_, "aaa");
}

TEST_F(maintenance, that_was_stopped_holds_no_timer_and_runs_nothing) {
  logged_job a(log_, 'a', {1s, 1s, 1s});
  {
    maintenance_runner runner(time_, {&a});
    runner.wake();
    time_.advance(1s);
    EXPECT_EQ(log_, "aa");
    EXPECT_EQ(time_.waiting(), 1u);
    runner.stop();
    EXPECT_EQ(time_.waiting(), 0u);
    runner.wake();
    EXPECT_EQ(time_.waiting(), 0u);
  }
  time_.advance(24h);
  EXPECT_EQ(log_, "aa");
}

}  // namespace
}  // namespace dynamo::engine

// Reads in slices: whose thread runs them, in which order, and what becomes of them when they are too many or their owner goes.
#include <engine/operations/long_read.hpp>

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;

/// What happened, in order, and on which threads.
class diary {
 public:
  void note(const std::string& what) {
    const std::scoped_lock held(mutex_);
    entries_.push_back(what);
    threads_.push_back(std::this_thread::get_id());
  }
  std::vector<std::string> entries() const {
    const std::scoped_lock held(mutex_);
    return entries_;
  }
  std::vector<std::thread::id> threads() const {
    const std::scoped_lock held(mutex_);
    return threads_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> entries_;
  std::vector<std::thread::id> threads_;
};

/// A read of so many slices; the second waits until the gate is opened.
class counted_read final : public long_read {
 public:
  counted_read(std::string name, int slices, diary& in, std::shared_future<void> gate)
      : name_(std::move(name)), slices_(slices), diary_(in), gate_(std::move(gate)) {}
  std::optional<result<reply>> run_slice() override {
    if (done_ == 1) gate_.wait();
    diary_.note(name_ + std::to_string(++done_));
    if (done_ < slices_) return std::nullopt;
    return reply(json::buffer(name_));
  }

 private:
  std::string name_;
  int slices_;
  diary& diary_;
  std::shared_future<void> gate_;
  int done_ = 0;
};

class sink final : public reply_sink {
 public:
  void complete(result<reply> came) noexcept override { told_.set_value(std::move(came)); }
  result<reply> wait() { return told_.get_future().get(); }

 private:
  std::promise<result<reply>> told_;
};

class LongReads : public testing::Test {
 protected:
  begun_read read(const std::string& name, int slices) {
    return std::make_unique<counted_read>(name, slices, diary_, gate_.get_future_shared());
  }
  struct gate {
    std::promise<void> promise;
    std::shared_future<void> future = promise.get_future().share();
    std::shared_future<void> get_future_shared() const { return future; }
    void open() { promise.set_value(); }
  };

  diary diary_;
  gate gate_;
};

TEST_F(LongReads, AShortReadEndsOnTheCallersThread) {
  long_reads reads;
  sink told;
  reads.start(read("a", 1), told);
  EXPECT_EQ(diary_.entries(), std::vector<std::string>{"a1"});
  EXPECT_EQ(diary_.threads(), std::vector{std::this_thread::get_id()});
  const auto came = told.wait();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->body.view(), "a");
}

TEST_F(LongReads, TheCallerRunsOneSliceAndTheOthersTakeTurnsOnAThread) {
  long_reads reads;
  sink told_a, told_b;
  reads.start(read("a", 3), told_a);  // its second slice waits, so the caller is not held up and "b" is queued after it
  reads.start(read("b", 3), told_b);
  gate_.open();
  EXPECT_TRUE(told_a.wait());
  EXPECT_TRUE(told_b.wait());
  EXPECT_EQ(diary_.entries(), (std::vector<std::string>{"a1", "b1", "a2", "b2", "a3", "b3"}));
  const auto threads = diary_.threads();
  EXPECT_EQ(threads[0], std::this_thread::get_id());
  EXPECT_EQ(threads[1], std::this_thread::get_id());
  EXPECT_NE(threads[2], std::this_thread::get_id());
  for (std::size_t i = 3; i < threads.size(); ++i) EXPECT_EQ(threads[i], threads[2]);
}

TEST_F(LongReads, WhatIsRefusedIsToldAtOnce) {
  long_reads reads;
  sink told;
  reads.start(fail(errc::validation, "no"), told);
  const auto came = told.wait();
  ASSERT_FALSE(came);
  EXPECT_EQ(came.error().code(), errc::validation);
}

TEST_F(LongReads, MoreThanTheQueueHoldsAreThrottled) {
  long_reads reads;
  std::vector<std::unique_ptr<sink>> told;
  for (std::size_t i = 0; i < task_thread::queue_max + 10; ++i) {
    reads.start(read("r", 2), *told.emplace_back(std::make_unique<sink>()));
  }
  gate_.open();
  std::size_t throttled = 0;
  for (const auto& one : told) {
    const auto came = one->wait();
    if (came) continue;
    EXPECT_EQ(came.error().code(), errc::throttled);
    ++throttled;
  }
  EXPECT_GE(throttled, 9U);  // one may have been taken from the queue
  EXPECT_LE(throttled, 10U);
}

TEST_F(LongReads, WhatWasStartedIsEndedBeforeItsOwnerGoes) {
  sink told_a, told_b;
  {
    long_reads reads;
    reads.start(read("a", 5), told_a);
    reads.start(read("b", 5), told_b);
    gate_.open();
  }
  EXPECT_EQ(diary_.entries().size(), 10U);
  EXPECT_TRUE(told_a.wait());
  EXPECT_TRUE(told_b.wait());
}

TEST_F(LongReads, ASinkMayDestroyThem) {
  class destroying_sink final : public reply_sink {
   public:
    std::unique_ptr<long_reads> reads = std::make_unique<long_reads>();
    std::promise<void> gone;
    void complete(result<reply>) noexcept override {
      reads.reset();
      gone.set_value();
    }
  } destroying;
  sink after;
  destroying.reads->start(read("a", 2), destroying);
  destroying.reads->start(read("b", 4), after);
  gate_.open();
  destroying.gone.get_future().get();
  EXPECT_TRUE(after.wait());  // what was started is ended on the way
}

}  // namespace
}  // namespace dynamo::engine

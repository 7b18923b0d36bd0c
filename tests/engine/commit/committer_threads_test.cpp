// The committer alone, on a store that does what the test says: nothing that fails or throws beside it stops the queue.
#include "fake_store.hpp"

#include <engine/commit/committer.hpp>

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine {
namespace {

/// Keeps an outcome until somebody waits for it, and may do something when it comes.
class told final : public reply_sink {
 public:
  std::function<void()> then = [] {};
  void complete(result<reply> came) noexcept override {
    then();
    const std::scoped_lock held(mutex_);
    came_ = came ? "committed" : came.error().message();
    changed_.notify_all();
  }
  std::string wait() {
    std::unique_lock held(mutex_);
    changed_.wait(held, [&] { return came_.has_value(); });
    return *came_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::string> came_;
};

class committer_alone : public ::testing::Test {
 protected:
  std::shared_ptr<prepared_change> make(const std::string& key, reply_sink* sink = nullptr) {
    auto change = std::make_shared<prepared_change>();
    change->rows.put(std::string_view(key), std::string_view("value"));
    change->sink = sink;
    return change;
  }
  std::shared_ptr<prepared_change> enqueue(const std::string& key, reply_sink* sink = nullptr) {
    auto change = make(key, sink);
    commits_->reserve();
    EXPECT_EQ(commits_->enqueue(change), committer::verdict::queued);
    return change;
  }
  void put(const std::string& key) { EXPECT_TRUE(commits_->wait(*enqueue(key))); }

  using groups = std::vector<std::vector<std::string>>;
  fake_store store_;
  key_locks locks_;
  std::optional<committer> commits_{std::in_place, store_, locks_, 6u};
};

TEST_F(committer_alone, a_caller_that_never_waited_for_its_change_stopped_the_queue) {
  store_.hold_first();
  std::thread first([&] { put("first"); });
  store_.wait_for_write();
  enqueue("abandoned");  // and its caller throws
  std::thread second([&] { put("second"); });
  store_.release();
  first.join();
  second.join();
  put("third");
  commits_.reset();
  std::vector<std::string> all;
  for (const auto& group : store_.groups()) all.insert(all.end(), group.begin(), group.end());
  EXPECT_EQ(all, (std::vector<std::string>{"first", "abandoned", "second", "third"}));
}

TEST_F(committer_alone, a_change_that_nobody_waited_for_is_settled_when_the_database_is_closed) {
  enqueue("abandoned");
  commits_.reset();
  EXPECT_EQ(store_.groups(), (groups{{"abandoned"}}));
}

TEST_F(committer_alone, abandoned_changes_do_not_keep_others_out_for_ever) {
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) enqueue("abandoned");
  put("later");
}

TEST_F(committer_alone, a_change_with_a_sink_is_settled_by_the_next_leader_if_its_caller_ensures_none) {
  told sink;
  enqueue("abandoned", &sink);
  put("later");
  EXPECT_EQ(sink.wait(), "committed");
}

TEST_F(committer_alone, changes_with_sinks_that_gather_share_a_write) {
  store_.hold_first();
  std::thread first([&] { put("first"); });
  store_.wait_for_write();
  told a, b;
  enqueue("a", &a);
  enqueue("b", &b);
  commits_->ensure_leader();
  store_.release();
  first.join();
  EXPECT_EQ(a.wait(), "committed");
  EXPECT_EQ(b.wait(), "committed");
  EXPECT_EQ(store_.groups(), (groups{{"first"}, {"a", "b"}}));
}

TEST_F(committer_alone, the_thread_settles_what_a_leading_caller_leaves_behind) {
  store_.hold_first();
  std::thread first([&] { put("first"); });
  store_.wait_for_write();
  told sink;
  enqueue("second", &sink);
  commits_->ensure_leader();
  store_.release();
  first.join();
  EXPECT_EQ(sink.wait(), "committed");
}

TEST_F(committer_alone, without_a_thread_a_change_with_a_sink_is_refused_before_it_is_accepted) {
  commits_.emplace(store_, locks_, 6u, nullptr, nullptr, [](std::function<void()>) -> result<std::thread> {
    return fail(errc::throttled, "Cannot start a thread: none left");
  });
  told sink;
  commits_->reserve();
  EXPECT_EQ(commits_->enqueue(make("a", &sink)), committer::verdict::no_thread);
  EXPECT_EQ(commits_->why_no_thread().code(), errc::throttled);
  EXPECT_EQ(commits_->why_no_thread().message(), "Cannot start a thread: none left");
  commits_->release();
  put("b");
  EXPECT_EQ(store_.groups(), (groups{{"b"}}));
}

TEST_F(committer_alone, a_barrier_that_throws_is_not_in_the_queue) {
  commits_->reserve();
  EXPECT_THROW((void)commits_->enqueue(make("a"), [] { throw std::bad_alloc(); }), std::bad_alloc);
  commits_->release();
  put("b");
  EXPECT_EQ(store_.groups(), (groups{{"b"}}));
}

TEST_F(committer_alone, a_store_that_throws_is_a_failed_write) {
  store_.outcome = []() -> result<void> { throw std::runtime_error("broken"); };
  store_.hold_first();
  std::string why;
  std::thread first([&] { why = commits_->wait(*enqueue("first")).error().message(); });
  store_.wait_for_write();
  told sink;
  enqueue("second", &sink);
  store_.release();
  first.join();
  EXPECT_EQ(why, "The store threw an exception: broken.");
  commits_->ensure_leader();
  EXPECT_EQ(sink.wait(), why);
  commits_->reserve();
  EXPECT_EQ(commits_->enqueue(make("third")), committer::verdict::refused);
  commits_->release();
}

TEST_F(committer_alone, a_sink_destroys_the_committer_on_its_own_thread) {
  told first, second, third;
  first.then = [&] {
    enqueue("c", &third);
    commits_.reset();
  };
  store_.hold_first();  // until this thread is done with the committer
  enqueue("a", &first);
  enqueue("b", &second);
  commits_->ensure_leader();
  store_.release();
  EXPECT_EQ(first.wait(), "committed");
  EXPECT_EQ(second.wait(), "committed");
  EXPECT_EQ(third.wait(), "committed");
  EXPECT_FALSE(commits_);
}

TEST_F(committer_alone, callers_and_sinks_of_many_threads_are_all_told_once) {
  constexpr int each = 300;
  std::vector<std::unique_ptr<told>> sinks;
  for (int i = 0; i < 2 * each; ++i) sinks.push_back(std::make_unique<told>());
  const auto start = [&](int from) {
    for (int i = from; i < from + each; ++i) {
      enqueue(std::to_string(i), sinks[static_cast<std::size_t>(i)].get());
      if (i % 3 == 0) commits_->ensure_leader();
    }
    commits_->ensure_leader();
  };
  std::vector<std::thread> threads;
  threads.emplace_back(start, 0);
  threads.emplace_back(start, each);
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        auto change = enqueue("w" + std::to_string(t * each + i));
        if (i % 7 == 0) continue;
        EXPECT_TRUE(commits_->wait(*change));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& sink : sinks) EXPECT_EQ(sink->wait(), "committed");
  commits_.reset();
  std::size_t written = 0;
  for (const auto& group : store_.groups()) written += group.size();
  EXPECT_EQ(written, 4u * each);
}

}  // namespace
}  // namespace dynamo::engine

#include "batch_service.hpp"
#include "shop.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <thread>

/// Batches whose answers come from other threads, some inside start() and some much later.
namespace {

using namespace shop;
using dynamo::test::batch_service;

/// Answers on one of a few threads; every third answer comes inside start(), and every seventh is a throttle.
class elsewhere final : public dynamo::endpoint {
 public:
  explicit elsewhere(std::shared_ptr<dynamo::endpoint> inner) : inner_(std::move(inner)) {
    for (int i = 0; i < 3; ++i) threads_.emplace_back([this] { work(); });
  }
  ~elsewhere() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& one : threads_) one.join();
  }
  dynamo::result<dynamo::reply> call(dynamo::request r) override { return answer(std::move(r)); }
  void start(dynamo::request r, dynamo::reply_sink& sink) override {
    if (started_.fetch_add(1) % 3 == 0) return sink.complete(answer(std::move(r)));
    {
      const std::lock_guard lock(mutex_);
      waiting_.emplace_back(std::move(r), &sink);
    }
    changed_.notify_one();
  }

 private:
  dynamo::result<dynamo::reply> answer(dynamo::request r) {
    if (answered_.fetch_add(1) % 7 == 6) return dynamo::fail(dynamo::errc::throttled, "slow down");
    return inner_->call(std::move(r));
  }
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      auto [r, sink] = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      sink->complete(answer(std::move(r)));
      lock.lock();
    }
  }

  std::shared_ptr<dynamo::endpoint> inner_;
  std::atomic<int> started_{0}, answered_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<dynamo::request, dynamo::reply_sink*>> waiting_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
};

std::vector<user> make_users(int count) {
  std::vector<user> all;
  for (int i = 0; i < count; ++i) all.push_back({"u" + std::to_string(i), i});
  return all;
}
dynamo::batch_policy hurried() {
  return dynamo::batch_policy().parallel(6).retries(20).waits(std::chrono::milliseconds(1),
                                                              std::chrono::milliseconds(2));
}

TEST(batch_threads, a_blocking_call_takes_answers_from_any_thread) {
  auto service = std::make_shared<batch_service>("email");
  dynamo::table<shop::users> users{std::make_shared<elsewhere>(service)};
  const std::vector<user> all = make_users(1'500);
  const auto written = users.batch_put(all, hurried()).run();
  ASSERT_TRUE(written && written->complete());
  EXPECT_EQ(service->items.size(), all.size());
  const auto found = users.batch_get(all, hurried()).run();
  ASSERT_TRUE(found && found->complete());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(found->items[i].value()->age, all[i].age);
}

TEST(batch_threads, callers_do_not_get_into_each_others_way) {
  auto service = std::make_shared<batch_service>("email");
  dynamo::table<shop::users> users{std::make_shared<elsewhere>(service)};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&users, i] {
      std::vector<user> mine;
      for (int n = 0; n < 200; ++n) mine.push_back({"c" + std::to_string(i) + "-" + std::to_string(n), n});
      const auto written = users.batch_put(mine, hurried()).run();
      EXPECT_TRUE(written && written->complete());
      const auto found = users.batch_get(mine, hurried()).run();
      EXPECT_TRUE(found && found->complete());
    });
  }
  for (std::thread& one : callers) one.join();
  EXPECT_EQ(service->items.size(), 800u);
}

}  // namespace

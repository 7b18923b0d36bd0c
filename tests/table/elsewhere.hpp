#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Answers on one of a few threads; every third answer comes inside start(), and every so many is a throttle.
class elsewhere final : public endpoint {
 public:
  explicit elsewhere(std::shared_ptr<endpoint> inner, int throttle_every = 7)
      : inner_(std::move(inner)), throttle_every_(throttle_every) {
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
  result<reply> call(request r) override { return answer(std::move(r)); }
  void start(request r, reply_sink& sink) override {
    if (started_.fetch_add(1) % 3 == 0) return sink.complete(answer(std::move(r)));
    {
      const std::lock_guard lock(mutex_);
      waiting_.emplace_back(std::move(r), &sink);
    }
    changed_.notify_one();
  }

 private:
  result<reply> answer(request r) {
    if (answered_.fetch_add(1) % throttle_every_ == throttle_every_ - 1) return fail(errc::throttled, "slow down");
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

  std::shared_ptr<endpoint> inner_;
  int throttle_every_;
  std::atomic<int> started_{0}, answered_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<request, reply_sink*>> waiting_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
};

}  // namespace dynamo::test

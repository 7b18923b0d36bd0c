#include "task_thread.hpp"

#include <engine/commit/start_thread.hpp>

#include <utility>

namespace dynamo::engine {

task_thread::~task_thread() {
  std::unique_lock held(mutex_);
  stopping_ = true;
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();  // it ends when the task returns that destroys this object
    while (!queue_.empty()) run_first(held);
    return;
  }
  held.unlock();
  stop();
}

void task_thread::stop() {
  std::thread ended;
  {
    const std::scoped_lock held(mutex_);
    if (thread_.get_id() == std::this_thread::get_id()) return;
    stopping_ = true;
    ended = std::move(thread_);
    posted_.notify_one();
  }
  if (ended.joinable()) ended.join();
}

result<void> task_thread::post(task posted) {
  const std::scoped_lock held(mutex_);
  if (queue_.size() >= queue_max)
    return fail(errc::throttled, "Too many operations that take long are under way; try again");
  if (!thread_.joinable()) {
    auto started = start_thread([this] { serve(); });
    if (!started) return std::unexpected(started.error());
    thread_ = *std::move(started);
  }
  queue_.push_back(std::move(posted));
  posted_.notify_one();
  return {};
}

void task_thread::serve() {
  std::unique_lock held(mutex_);
  while (true) {
    posted_.wait(held, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty() || !run_first(held)) return;
  }
}

// Entered and left with the mutex held. False if the task has destroyed this object: the mutex is gone then.
bool task_thread::run_first(std::unique_lock<std::mutex>& held) {
  task first = std::move(queue_.front());
  queue_.pop_front();
  const std::weak_ptr<const int> life = life_;
  held.unlock();
  const turn next = first();
  if (next == turn::done) first = nullptr;
  if (life.expired()) return false;
  held.lock();
  if (next == turn::again) queue_.push_back(std::move(first));
  return true;
}

}  // namespace dynamo::engine

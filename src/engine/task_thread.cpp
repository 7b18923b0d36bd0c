#include "task_thread.hpp"

namespace dynamo::engine {

task_thread::~task_thread() {
  {
    const std::scoped_lock held(mutex_);
    stopping_ = true;
  }
  posted_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool task_thread::post(std::function<void()> task) {
  const std::scoped_lock held(mutex_);
  if (queue_.size() >= queue_max) return false;
  queue_.push_back(std::move(task));
  if (!thread_.joinable()) thread_ = std::thread(&task_thread::serve, this);
  posted_.notify_one();
  return true;
}

void task_thread::serve() {
  std::unique_lock held(mutex_);
  while (true) {
    posted_.wait(held, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto task = std::move(queue_.front());
    queue_.pop_front();
    held.unlock();
    task();
    held.lock();
  }
}

}  // namespace dynamo::engine

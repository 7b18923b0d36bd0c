#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace dynamo::engine {

/// Runs tasks one after another on a thread that is started with the first. Destruction runs what is queued first.
class task_thread {
 public:
  static constexpr std::size_t queue_max = 64;

  task_thread() = default;
  task_thread(const task_thread&) = delete;
  task_thread& operator=(const task_thread&) = delete;
  ~task_thread();

  /// False, and the task is dropped, when the queue is full.
  bool post(std::function<void()> task);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace dynamo::engine

#pragma once

#include <dynamo/base/result.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace dynamo::engine {

/// Runs tasks one after another on a thread that is started before the first is taken. Destruction runs what is queued first; a task
/// may destroy this object. Thread-safe.
class task_thread {
 public:
  static constexpr std::size_t queue_max = 64;

  task_thread() = default;
  task_thread(const task_thread&) = delete;
  task_thread& operator=(const task_thread&) = delete;
  ~task_thread();

  /// Waits until everything posted has run. Called by a task it does not wait.
  void stop();

  /// errc::throttled, and the task is dropped, when the queue is full or the thread cannot be started.
  result<void> post(std::function<void()> task);

 private:
  void serve();
  bool run_first(std::unique_lock<std::mutex>& held);

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
  const std::shared_ptr<const int> life_ = std::make_shared<int>();  // expires with this object
};

}  // namespace dynamo::engine

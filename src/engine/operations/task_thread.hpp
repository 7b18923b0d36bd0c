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

/// Runs tasks in turn on a thread that is started before the first is taken. Destruction runs what is queued first; a task
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

  /// What a task answers: whether it wants another turn, after the others. A task that has destroyed this object wants none.
  enum class turn : bool { done, again };
  using task = std::function<turn()>;

  /// errc::throttled, and the task is dropped, when the queue is full or the thread cannot be started.
  result<void> post(task);

 private:
  void serve();
  bool run_first(std::unique_lock<std::mutex>& held);

  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<task> queue_;
  bool stopping_ = false;
  std::thread thread_;
  const std::shared_ptr<const int> life_ = std::make_shared<int>();  // expires with this object
};

}  // namespace dynamo::engine

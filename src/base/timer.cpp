#include <dynamo/base/timer.hpp>

#include <dynamo/base/detail/own_process.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace dynamo {
namespace {

using time_point = std::chrono::steady_clock::time_point;

class machine_timer final : public timer {
 public:
  time_point steady_now() const noexcept override { return std::chrono::steady_clock::now(); }

  timer_ticket after(std::chrono::microseconds wait, std::shared_ptr<timer_task> task) override {
    if (!process_.is_this()) return {};  // its thread stayed with the parent
    const time_point due = steady_now() + wait;
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= waiting_max) return {};
    if (!running_) {
      std::thread([this] { run(); }).detach();  // this object is never destroyed
      running_ = true;
    }
    const auto at = waiting_.emplace(std::pair(due, ++last_number_), std::move(task)).first;
    if (at == waiting_.begin()) earlier_.notify_one();
    return {due, last_number_};
  }

  bool cancel(timer_ticket ticket) noexcept override {
    if (!process_.is_this()) return false;
    std::shared_ptr<timer_task> dropped;  // destroyed outside of the lock: it may own anything
    const std::scoped_lock lock(mutex_);
    const auto found = waiting_.find({ticket.due, ticket.number});
    if (found == waiting_.end()) return false;
    dropped = std::move(found->second);
    waiting_.erase(found);
    return true;
  }

  bool wait(std::chrono::microseconds time, const std::stop_token& stop) override {
    std::mutex mutex;
    std::condition_variable_any asked;
    std::unique_lock lock(mutex);
    asked.wait_until(lock, stop, steady_now() + time, [] { return false; });
    return !stop.stop_requested();
  }

  bool is_of_this_process() const noexcept { return process_.is_this(); }

 private:
  void run() noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (waiting_.empty()) {
        earlier_.wait(lock);
      } else if (const time_point due = waiting_.begin()->first.first; due > steady_now()) {
        earlier_.wait_until(lock, due);
      } else {
        std::shared_ptr<timer_task> task = std::move(waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
        lock.unlock();
        task->run();
        task.reset();
        lock.lock();
      }
    }
  }

  const own_process process_;
  std::mutex mutex_;
  std::condition_variable earlier_;
  std::map<std::pair<time_point, std::uint64_t>, std::shared_ptr<timer_task>> waiting_;
  std::uint64_t last_number_ = 0;
  bool running_ = false;
};

}  // namespace

timer& system_timer() noexcept {
  // Never destroyed: its thread, and callers that wait, may outlive every static object. A child of fork() gets one of its own.
  static std::atomic<machine_timer*> instance = nullptr;
  machine_timer* known = instance.load(std::memory_order_acquire);
  while (known == nullptr || !known->is_of_this_process()) {
    auto made = std::make_unique<machine_timer>();
    if (instance.compare_exchange_weak(known, made.get(), std::memory_order_acq_rel)) return *made.release();
  }
  return *known;
}

}  // namespace dynamo

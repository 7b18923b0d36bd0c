#pragma once

#include <dynamo/base/timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

namespace dynamo::testing_support {

/// Another timer, whose time can also pass inside of its own tasks: what stands for a slow network uses it. Thread-safe.
class passing_time final : public timer {
 public:
  explicit passing_time(timer& of) : of_(of) {}

  void pass(std::chrono::milliseconds time) noexcept { passed_ += time.count(); }

  std::chrono::steady_clock::time_point steady_now() const noexcept override {
    return of_.steady_now() + std::chrono::milliseconds(passed_);
  }
  timer_ticket after(std::chrono::microseconds wait, std::shared_ptr<timer_task> task) override {
    return of_.after(wait, std::move(task));
  }
  bool cancel(timer_ticket ticket) noexcept override { return of_.cancel(ticket); }
  bool wait(std::chrono::microseconds time, const std::stop_token& stop) override { return of_.wait(time, stop); }

 private:
  timer& of_;
  std::atomic<std::chrono::milliseconds::rep> passed_{0};
};

}  // namespace dynamo::testing_support

#pragma once

#include <dynamo/http/handler.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace dynamo::http {

/// Answers with the body it was sent, at once; requests for /held when the test says so; and drops those for /dropped. What /large
/// answers is more than a system keeps for a peer that does not read.
class echo_handler final : public handler {
 public:
  static constexpr std::size_t large_size = 16'000'000;

  void handle(const request_head& head, json::buffer body, responder back) noexcept override {
    if (head.target() == "/dropped") return;
    if (head.target() == "/large") body = json::buffer(std::string(large_size, 'x'));
    response r(200, std::move(body));
    r.add_field("X-Target", head.target());
    if (head.target() != "/held") return std::move(back).send(std::move(r));
    const std::scoped_lock lock(mutex_);
    held_.emplace_back(std::move(back), std::move(r));
    changed_.notify_all();
  }

  /// Blocks until there are so many.
  void wait_for_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= count; });
  }
  /// Answers the first that is held, on this thread.
  void release() {
    std::unique_lock lock(mutex_);
    auto first = std::move(held_.front());
    held_.pop_front();
    lock.unlock();
    std::move(first.first).send(std::move(first.second));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<responder, response>> held_;
};

}  // namespace dynamo::http

#pragma once

#include <gtest/gtest.h>
#include <remote/provider/source_world.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace dynamo::aws {

/// Remembers what it is told.
class remembering_sink final : public credential_sink {
 public:
  void complete(result<shared_credentials> got) noexcept override {
    const std::scoped_lock lock(mutex_);
    if (told_) std::abort();  // twice
    told_ = std::move(got);
    changed_.notify_all();
    if (then) then();
  }
  std::string wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return told_.has_value(); });
    return source_world::text_of(*told_);
  }
  bool is_told() {
    const std::scoped_lock lock(mutex_);
    return told_.has_value();
  }
  std::function<void()> then;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<result<shared_credentials>> told_;
};

/// A container's agent, whose credentials live for an hour and are numbered.
struct numbered_credentials : source_world {
  std::atomic<int> number{0};
  http_service agent{[this](const asked&) { return next(); }};
  numbered_credentials() { env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.url() + "/x"; }

  std::string next() {
    return http_answer(200, agent_answer("A" + std::to_string(++number),
                                         time_text(time.now() + std::chrono::hours(1), time_precision::seconds) + "Z"));
  }
  std::string cached(const credential_provider& of) const {
    const shared_credentials held = of.cached(time.now());
    return held ? held->access_key_id : "none";
  }
  /// Until a fetch under way has ended, in real time.
  void wait_for(const credential_provider& of, const std::string& id) const {
    while (cached(of) != id) std::this_thread::yield();
  }
};

}  // namespace dynamo::aws

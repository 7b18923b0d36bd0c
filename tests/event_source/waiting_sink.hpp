#pragma once

#include <dynamo/event_source/function.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::test {

/// Waits for one outcome.
class waiting_sink final : public event_source::outcome_sink {
 public:
  void complete(event_source::outcome o) noexcept override {
    const std::scoped_lock lock(mutex_);
    outcome_ = std::move(o);
    came_.notify_all();
  }
  event_source::outcome wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return outcome_.has_value(); });
    return *std::exchange(outcome_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<event_source::outcome> outcome_;
};

inline event_source::outcome invoke(event_source::function& f, const std::string& event) {
  waiting_sink sink;
  f.invoke({"6a4e2c8e-0000-4000-8000-000000000001", json::buffer(event)}, sink);
  return sink.wait();
}
inline event_source::outcome tell(event_source::function& f, const std::string& what) {
  return invoke(f, R"({"do":")" + what + "\"}");
}

}  // namespace dynamo::test

#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace dynamo::test {

/// Told once.
template <class T>
class kept {
 public:
  auto callback() {
    return [this](T value) {
      const std::scoped_lock lock(mutex_);
      value_.emplace(std::move(value));
      came_.notify_all();
    };
  }
  bool has_come() {
    const std::scoped_lock lock(mutex_);
    return value_.has_value();
  }
  T wait() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return value_.has_value(); });
    return std::move(*value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::optional<T> value_;
};

}  // namespace dynamo::test

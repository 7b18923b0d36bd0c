#pragma once

#include <dynamo/streams/detail/shard_reader.hpp>

#include <event_source/mapping/shard_mapping.hpp>
#include <event_source/mapping/wake_signal.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::event_source {

/// One shard that is being read: what its mapping decides from, and how far reading is ahead of what is done. Its own sink for the
/// outcome of the one invocation that it can have under way.
class shard_worker final : public outcome_sink {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  shard_worker(std::string id, const settings& how, std::shared_ptr<wake_signal> wakes)
      : cursor(std::move(id)), mapping(how), wake_signal_(std::move(wakes)) {}
  const std::string& shard() const noexcept { return cursor.shard; }
  shard_worker(const shard_worker&) = delete;
  shard_worker& operator=(const shard_worker&) = delete;
  ~shard_worker() = default;

  void complete(outcome o) noexcept override {
    const std::shared_ptr<wake_signal> kept = wake_signal_;  // this object may be gone once the outcome is seen
    {
      const std::scoped_lock lock(mutex_);
      answer_ = std::move(o);
    }
    kept->raise();
  }
  std::optional<outcome> take_answer() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(answer_, std::nullopt);
  }

  streams::shard_cursor cursor;
  shard_mapping mapping;
  time_point read_again{};  // not before

 private:
  std::shared_ptr<wake_signal> wake_signal_;
  std::mutex mutex_;
  std::optional<outcome> answer_;
};

}  // namespace dynamo::event_source

#pragma once

#include <engine/storage/store.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Keeps the keys it is given, group by group. The first write may be held until release(), and any may fail or throw.
class fake_store final : public store {
 public:
  std::vector<std::vector<std::string>> groups() const {
    const std::scoped_lock held(mutex_);
    return groups_;
  }
  void hold_first() { hold_ = true; }
  void wait_for_write() {
    std::unique_lock held(mutex_);
    changed_.wait(held, [&] { return writing_; });
  }
  void release() {
    const std::scoped_lock held(mutex_);
    hold_ = false;
    changed_.notify_all();
  }
  std::function<result<void>()> outcome = [] { return result<void>(); };

  result<void> write(const std::vector<const write_batch*>& batches, synced) override {
    std::unique_lock held(mutex_);
    writing_ = true;
    changed_.notify_all();
    changed_.wait(held, [&] { return !hold_; });
    auto& group = groups_.emplace_back();
    for (const write_batch* batch : batches) group.emplace_back(batch->text(batch->operations().front().key));
    return outcome();
  }
  result<bool> get(std::string_view, value_visitor&) const override { return false; }
  std::unique_ptr<range_cursor> range(std::string_view, std::string_view, direction, stops) const override {
    return nullptr;
  }
  std::string_view prefix() const noexcept override { return ""; }
  std::unique_ptr<const store_reader> snapshot() const override { return nullptr; }
  std::uint64_t size_in_bytes() const override { return 0; }
  std::uint64_t size_of_range(std::string_view, std::string_view) const override { return 0; }
  void give_back(const std::vector<key_interval>&, std::atomic<bool>&) override {}
  void compact(const std::vector<key_interval>&, std::atomic<bool>&) override {}

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::vector<std::string>> groups_;
  bool hold_ = false;
  bool writing_ = false;
};

}  // namespace dynamo::engine

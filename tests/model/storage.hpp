#pragma once

#include "../support/scratch_folder.hpp"

#include <dynamo/database.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace dynamo::model {

/// The machine's time. Writers ask for it between reading the old item and queueing up: now and then another goes first there.
class restless_clock final : public clock {
 public:
  instant now() const noexcept override {
    if (asked_.fetch_add(1, std::memory_order_relaxed) % 5 == 0) std::this_thread::yield();
    return system_clock().now();
  }

 private:
  mutable std::atomic<unsigned> asked_ = 0;
};

/// The database a test works on: in memory, or on a disk that loses what was not synced when told to.
class storage {
 public:
  enum class kind : std::uint8_t { memory, disk };
  explicit storage(kind what, testing::simulated_disk_options disk = {}) : what_(what), disk_options_(disk) {}

  /// Says what went wrong, if anything. Once opened, memory stays.
  std::optional<std::string> open();
  /// The last handle goes: what is queued is settled first.
  void close() { opened_.reset(); }
  bool on_disk() const { return what_ == kind::disk; }
  /// Every later call of the database's file system fails. Close it then, and open it again.
  void crash() { disk_->crash(); }
  void crash_torn(std::uint64_t seed) { disk_->crash_with_torn_tail(seed); }

  endpoint& db() { return *opened_->endpoint(); }
  testing::simulated_disk& disk() { return *disk_; }
  const std::string path() const { return folder_ / "db"; }

 private:
  kind what_;
  restless_clock time_;
  testing::simulated_disk_options disk_options_;
  testing_support::scratch_folder folder_;
  std::optional<testing::simulated_disk> disk_;
  std::optional<database> opened_;
};

inline std::optional<std::string> storage::open() {
  database_options options;
  options.time = &time_;
  if (what_ == kind::memory) {
    if (opened_) return std::nullopt;
    auto opened = database::in_memory(options);
    if (!opened) return opened.error().describe();
    opened_ = *opened;
    return std::nullopt;
  }
  opened_.reset();
  disk_.emplace(disk_options_);
  options.files = disk_->files();
  options.cache_bytes = 1u << 20;
  auto opened = database::open(path(), options);
  if (!opened) return "opening: " + opened.error().describe();
  opened_ = *opened;
  return std::nullopt;
}

}  // namespace dynamo::model

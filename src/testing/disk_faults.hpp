#pragma once

#include <dynamo/testing/file_systems.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

namespace dynamo::testing {

/// Says which operations of a disk fail, which wait, and counts. Thread-safe.
class disk_faults {
 public:
  void set(std::optional<disk_fault>);
  /// How an operation on a file fails; nothing: it does not. A sync of a log waits first if it is told to.
  std::optional<disk_fault::kind> next(disk_fault::operation, std::string_view path);
  /// Whether a fault of the kind read_only has begun and is not over. Counts nothing.
  bool read_only() const;

  void hold();
  void wait_for_held();
  void release();
  std::uint64_t log_syncs() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<disk_fault> fault_;
  bool holding_ = false;
  unsigned held_ = 0;
  std::uint64_t log_syncs_ = 0;
};

inline bool is_log(std::string_view path) { return path.ends_with(".log"); }

}  // namespace dynamo::testing

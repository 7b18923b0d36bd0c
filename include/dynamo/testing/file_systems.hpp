#pragma once

#include <dynamo/database_options.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

namespace dynamo::testing {

struct simulated_disk_options {
  /// What was not synced lies in this process's memory only: killing the process is a power cut. Files, names and removals
  /// count, as after fsync(2) of the file and of its directory; new directories are kept at once. Off: what was written stays,
  /// as when only the process dies.
  bool drop_unsynced = true;
  /// Syncs of RocksDB's logs succeed and do nothing: what a test of durability has to notice.
  bool pretend_to_sync_logs = false;
};

/// A failure of the disk. Counts operations from the call of simulated_disk::fail().
struct disk_fault {
  enum class operation : std::uint8_t { append, sync, any_write };  ///< any_write: these two, and making a file
  enum class kind : std::uint8_t {
    io_error,
    no_space,
    quota_used_up,
    read_only,  ///< mounted for reading only: no file can be reopened, removed, renamed or locked either
  };
  static constexpr std::uint64_t for_ever = std::numeric_limits<std::uint64_t>::max();

  operation what = operation::any_write;
  kind how = kind::io_error;
  std::uint64_t passing = 0;         ///< so many succeed before
  std::uint64_t failing = for_ever;  ///< so many fail then
  std::string suffix{};              ///< only files whose names end so, ".log" for example; empty: all

  disk_fault() = default;
  disk_fault(operation o, kind k) : what(o), how(k) {}
};

class disk_state;

/// A file system for database_options::files, on a real directory, that loses what was not synced, fails, or waits, as told.
///
///     dynamo::testing::simulated_disk disk;
///     dynamo::database_options options;
///     options.files = disk.files();
///     ... open, write, then
///     disk.crash();          // the power goes: every later call of this disk fails
///     ... close, and open the directory again with another disk
///
/// One disk serves one run of one database: make a new one after crash(). Thread-safe.
class simulated_disk {
 public:
  explicit simulated_disk(simulated_disk_options = {});
  ~simulated_disk();
  simulated_disk(const simulated_disk&) = delete;
  simulated_disk& operator=(const simulated_disk&) = delete;

  /// Stays usable after the disk itself is gone.
  std::shared_ptr<file_system> files() const;

  /// Discards what was not synced. Databases on this disk can then only be closed.
  void crash();
  /// The same, but a random prefix of the pending names, and of the unsynced bytes of each file, made it to the disk.
  void crash_with_torn_tail(std::uint64_t seed);

  /// Replaces the fault before.
  void fail(disk_fault);
  void mend();

  /// From now on syncs of logs wait until release_syncs(). Release them before closing the database.
  void hold_syncs();
  /// Blocks until a sync waits.
  void wait_for_held_sync();
  void release_syncs();

  /// Syncs of logs so far, failed ones too: what a durable write costs.
  std::uint64_t log_syncs() const;

 private:
  std::shared_ptr<disk_state> state_;
};

}  // namespace dynamo::testing

#pragma once

#include "maintenance_runner.hpp"

#include <dynamo/base/timer.hpp>
#include <engine/commit/start_thread.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace dynamo::engine {

/// Gives back the room of tables, indexes and TTL rows that were dropped, and of erased rows that readers had to step over.
///
/// A drop erases rows by one range, which takes no time and frees nothing. This job comes some seconds later, when no reader looks at them
/// any more, and has the store rewrite what lies beside them, on a thread of its own. What it did not come to is found at the next open:
/// ids below the next one that no table has. Erased rows are found again by the next reader. Thread-safe.
class space_reclaimer final : public maintenance_job {
 public:
  /// From the first note until the job comes. What is noted meanwhile is done with it.
  static constexpr std::chrono::seconds waits{5};
  /// Less is left to RocksDB.
  static constexpr std::uint64_t bytes_min = 1u << 20;
  /// More ranges of erased rows are not noted.
  static constexpr std::size_t skipped_max = 64;

  space_reclaimer(store&, timer&, thread_starter = start_thread);
  /// Stops.
  ~space_reclaimer();
  space_reclaimer(const space_reclaimer&) = delete;
  space_reclaimer& operator=(const space_reclaimer&) = delete;

  /// Looks for what was dropped before this process. No table is made meanwhile.
  void load(const catalog&, std::uint32_t next_id);
  /// The drop is committed.
  void note_dropped(const table_descriptor&);
  void note_dropped(std::uint32_t id);  ///< of an index, or of TTL rows
  /// A reader stepped over very many erased rows. False where it is not noted.
  bool note_skipped(key_interval);
  bool has_work() const;

  std::optional<std::chrono::microseconds> run_slice() noexcept override;
  /// Ends what is under way; nothing is begun any more.
  void stop();

 private:
  struct work {
    std::vector<key_interval> dropped;
    std::vector<key_interval> skipped;
  };

  void begin_to_wait();
  void add(std::uint32_t first, std::uint32_t end);
  std::vector<key_interval> dropped_ranges() const;
  void run(work) noexcept;
  std::uint64_t leave_those_that_hold_something(std::vector<key_interval>&) const;  ///< and answers their size

  store& rows_;
  timer& timer_;
  const thread_starter start_thread_;

  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::uint32_t> dropped_;  ///< ids, from the first up to the end; none touches another
  std::vector<key_interval> skipped_;
  std::chrono::steady_clock::time_point due_{};
  bool running_ = false;
  std::thread thread_;
  std::atomic<bool> stop_ = false;  ///< set under the mutex; what gives back looks at it without
};

}  // namespace dynamo::engine

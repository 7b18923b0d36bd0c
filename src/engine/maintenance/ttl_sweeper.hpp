#pragma once

#include "background_changes.hpp"
#include "maintenance_runner.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/database_options.hpp>
#include <engine/commit/committer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/item_changes/latest_row.hpp>
#include <engine/rows/expiry.hpp>
#include <engine/storage/age_clock.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Deletes items that have expired.
///
/// It finds them by the TTL rows that are due, never by looking at items. Of each row it reads the item again, under the lock of its key: it
/// deletes the item if that says still what the row says, with its index rows and a change record of the service's. The TTL row goes in any
/// case, in the same change; a row that says what its item no longer says was left behind by a put. Rows that expired too long ago are not
/// looked at, and stay: the wall clock may have been set ahead by mistake.
///
/// By the wall clock, since expiries are absolute. It comes back at the next expiry that it knows of, and once a minute, as the clock may be set.
/// Nothing waits for a commit; a key's lock is held while one item is read.
class ttl_sweeper final : public maintenance_job {
 public:
  /// TTL rows of one slice, and tables that one looks into.
  static constexpr std::size_t rows_max = 64;
  static constexpr std::size_t tables_max = 64;
  static constexpr std::chrono::minutes looks_every{1};
  /// When it comes back while its last changes are not settled, or the commit queue is full.
  static constexpr std::chrono::milliseconds settles_soon{1};
  /// A reader that stops so often between two rows is slow: some thousand erased keys each time.
  static constexpr unsigned stops_worth_telling = 4;
  /// It looks for an item that was written with an expiry in the past so soon, twice as late each time, as the item may not be committed yet.
  static constexpr std::chrono::milliseconds looks_first{10};
  static constexpr std::chrono::milliseconds looks_last{2'000};

  /// What it works on; all of it outlives the job.
  struct engine_parts {
    store& rows;
    catalog& tables;
    key_locks& locks;
    committer& commits;
    const clock& wall;
    const clock& ages;
    timer& on;  ///< its steady time bounds the rate
  };
  /// `skipped` hears of ranges where very many TTL rows were erased.
  ttl_sweeper(const engine_parts&, const ttl_sweep_options&, std::function<void(key_interval)> skipped);

  std::optional<std::chrono::microseconds> run_slice() noexcept override;
  /// An item was written that expires then; it may not be committed yet. Says whether the job would come too late. Thread-safe.
  bool note_expiry(expiry) noexcept;

 private:
  using wait = std::chrono::microseconds;
  /// Where looking at one table came to.
  enum class came_to : std::uint8_t { its_end, the_slices_end, a_full_queue, a_stale_table, no_more_writes };

  static constexpr expiry no_expiry = prepared_change::no_expiry;

  std::optional<wait> sweep_tables();
  std::optional<wait> end_pass();
  result<came_to> sweep_table(const std::shared_ptr<const table_entry>&);
  result<background_changes::verdict> sweep_row(const std::shared_ptr<const table_entry>&, std::string_view expiry_key);
  void note_gap(const range_cursor&);
  void count_against_rate();

  const engine_parts in_;
  const std::uint32_t rows_per_second_;
  const std::size_t rows_of_slice_;
  const std::function<void(key_interval)> skipped_;
  background_changes changes_;

  // The pass under way, over all tables with TTL in the order of their names.
  std::string done_;            // tables up to this name
  std::string resume_;          // the first TTL row of the table under way that was not looked at; empty: none was
  std::optional<expiry> next_;  // of rows that are not due yet
  std::size_t swept_ = 0;       // rows, in this slice
  std::chrono::steady_clock::time_point not_before_{};  // of the next slice, by the rate

  std::atomic<expiry> noted_ = no_expiry;         // the first that was noted since the last pass
  std::atomic<expiry> comes_before_ = no_expiry;  // when it comes back, as far as it plans
  std::chrono::milliseconds looks_in_ = looks_last;

  unsigned stops_ = 0;  // in the gap that the cursor stands in
  key_interval gap_;

  latest_row latest_;  // of the item under way
};

}  // namespace dynamo::engine

#pragma once

#include "background_changes.hpp"
#include "maintenance_runner.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/change_log/record_search.hpp>
#include <engine/commit/committer.hpp>
#include <engine/storage/age_clock.hpp>
#include <engine/storage/change_number.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace dynamo::engine {

/// Keeps the change log to its last 24 hours.
///
/// For readers the log ends sharply: a record is there while it is at most 24 hours old by the age clock, and so is a stream
/// that was disabled or whose table was deleted. Where the log begins is found by halving, since ages ascend with the numbers
/// (but for writers that ran side by side: then it begins earlier or later by as much). An earlier version dated records by the wall clock
/// alone: those that lie in the future are as old as the first one after them that does not, or as the moment at which they were seen first.
///
/// On disk the same records go later and many at once, by one range erasure a stream and hour, with a watermark in the same atom:
/// below it no reader looks, since seeking over erased keys is slow. Erasing goes through the committer, as a job of maintenance.
/// The job also notes where the age clock stands. Thread-safe.
class log_trimmer final : public maintenance_job {
 public:
  static constexpr std::chrono::hours retention{limits::change_retention_hours};
  static constexpr std::chrono::hours erased_late{1};
  /// The age clock is noted so often, and goes back by no more between two processes.
  static constexpr std::chrono::hours noted_late{1};
  /// How often the job looks whether something is due, and in how many streams one slice does.
  static constexpr std::chrono::minutes looks_every{1};
  static constexpr std::size_t streams_at_once = 64;

  log_trimmer(store&, catalog&, committer&, age_clock&);

  /// Reads the watermarks, lets the age clock go on from the latest time that is stored, and erases what is due.
  result<void> load();

  /// The first number that a reader of the stream may ask for: everything below is trimmed. Costs a few seeks when a record has
  /// come of age since the last call, otherwise nothing.
  result<change_number> first_readable(const stream_descriptor&);
  /// Whether a stream has been closed for so long that it is gone for readers.
  bool is_gone(const stream_descriptor&) const noexcept;

  /// Erases what is due in some streams, and notes what the wall clock was set by; the committer commits it. Does nothing while the commit
  /// queue is full. Without a stream there is nothing to come back for.
  std::optional<std::chrono::microseconds> run_slice() noexcept override;
  /// Notes what the wall clock was set by, unless that is noted: when the database is closed.
  void note_clock();

 private:
  static constexpr instant never = instant::min();  // the log was not looked at yet
  struct log {
    change_number first;         ///< for readers
    instant oldest = never;      ///< no record from `first` on is older
    change_number first_stored;  ///< the watermark
    instant oldest_stored = never;
  };
  struct position {
    change_number first;
    instant oldest;
  };

  result<void> advance(std::uint32_t stream_id, log&, instant now) const;
  result<position> find_first(std::uint32_t stream_id, const log&, instant now) const;
  result<void> resume_clock();
  void erase_and_wait();
  bool erase();
  bool lay_down(write_batch&);
  bool clock_was_set_since(const stored_clock& noted) const noexcept;
  void lay_down(write_batch&, const stream_descriptor&, instant now);

  store& rows_;
  catalog& tables_;
  committer& commits_;
  background_changes changes_;
  age_clock& ages_;

  std::mutex mutex_;
  std::map<std::uint32_t, log> logs_;
  std::optional<stored_clock> noted_;  ///< the age clock, in this boot of the machine
  std::uint32_t last_visited_ = 0;
};

}  // namespace dynamo::engine

#pragma once

#include "item_walk.hpp"
#include "maintenance_runner.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/committer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Fills global and vector indexes that were added to tables which were there (index_descriptor::filling), and opens them to readers: then the next
/// version of the table is committed as a barrier.
///
/// Several indexes take turns, a slice each. An item whose values do not fit the index's key is passed over. An index that is removed, or whose
/// table is deleted, is not filled any further: that change ends the table's version, and the changes that were prepared against it. A
/// process that ends leaves a cursor, after which the next one goes on. Thread-safe.
class index_backfill final : public maintenance_job {
 public:
  /// After a slice; so that on a virtual clock each step of the time is one.
  static constexpr std::chrono::microseconds between_slices{1};
  /// The same where others write to the table. The rows of a slice take about 1.5 ms to write; writers have the time until the next slice. A
  /// million items take 10 s so.
  static constexpr std::chrono::microseconds beside_writers{3'700};
  /// Until the next look, where changes are in flight or the table is being changed; and after an error.
  static constexpr std::chrono::milliseconds waits_for_commits{1};
  static constexpr std::chrono::seconds waits_after_error{10};

  index_backfill(const store&, catalog&, key_locks&, committer&);
  ~index_backfill();

  /// Looks for indexes that an earlier process did not fill to the end.
  void load();
  /// The version of the table with the index is committed.
  void note_added(std::string_view table_name, std::uint32_t index_id);
  bool has_work() const;

  std::optional<std::chrono::microseconds> run_slice() noexcept override;

 private:
  class rows_of_index;
  class one_index;
  enum class turn : std::uint8_t { again, again_beside_writers, waits, fails, done };

  turn run_turn(one_index&);
  turn open_to_readers(one_index&);

  const store& rows_;
  catalog& tables_;
  key_locks& locks_;
  committer& commits_;

  mutable std::mutex mutex_;
  std::list<one_index> to_fill_;  // whose turn is next comes first
};

}  // namespace dynamo::engine

#pragma once

#include "background_changes.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/committer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_entry.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::engine {

/// Rows that a table keeps for its items besides their own: those of an index, for example.
class derived_rows {
 public:
  /// Lays down what belongs to an item as it is; nothing where the item has no such rows. `row_key` is the whole key of the item's own row,
  /// `row` is that row, in the arena of `into`. Depends on nothing else, and changes only `into`: what was laid down for an item is
  /// forgotten, and laid down anew, where the item has changed meanwhile.
  virtual void lay_down(write_batch& into, std::string_view row_key, write_batch::span row) const = 0;

 protected:
  ~derived_rows() = default;
};

/// Where a walk notes how far it has come: under a key of its own, the key of the last item whose rows are there, without what the keys of all items
/// begin with.
struct walk_cursor {
  std::string key;
  std::string first_part;
};

/// Fills in derived rows for the items that a table has already, while writes go on: a slice at a time, in the order of the items' keys.
///
///     item_walk walk(rows, locks, commits, {cursor_key, rows.prefix()});
///     walk.resume();                                 // where an earlier process came to
///     switch (walk.run_slice(tables.find(name), derived)) { ... }      // until it is at_end; each time with the table as it is now
///     rows.erase(walk.cursor().key);                 // with the change that says that all rows are there
///
/// What it rests on, and the caller sees to: before the first slice a version of the table is committed by which every write of an item
/// lays down its derived rows too, and the change that erases the derived rows ends that version.
///
/// Rows of some items and the cursor are one change. It is made of what an iterator shows, without a lock. Then the items' keys are locked,
/// and what may have changed since the iterator was made is read again, the pending value first; the change is enqueued, and the locks
/// are released. So a writer of one of these items either comes before, and its item is what was read, or comes after, and finds
/// the item whose derived rows it has to replace. Nothing waits for a commit: changes in flight are counted.
///
/// Used by one thread at a time. What is in flight may outlive this object.
class item_walk {
 public:
  /// Items and bytes of one change, items of one slice, changes in flight.
  static constexpr std::size_t batch_rows_max = 128;
  static constexpr std::size_t batch_bytes_max = 256u << 10;
  static constexpr std::size_t slice_rows_max = 512;
  static constexpr std::size_t in_flight_max = 8;

  item_walk(const store&, key_locks&, committer&, walk_cursor);

  /// Goes on after the stored cursor, if there is one. Errors: storage, corruption.
  result<void> resume();
  /// The same with what the cursor's value is; empty: from the table's first item.
  void resume_after(std::string_view cursor_value);

  enum class progress : std::uint8_t {
    more,     ///< there are further items
    at_end,   ///< the rows of all items are committed, or in the queue
    busy,     ///< too much is in flight: a little later
    stale,    ///< the table has another version
    stopped,  ///< the database accepts no writes
    failed    ///< reading failed
  };
  progress run_slice(const std::shared_ptr<const table_entry>&, const derived_rows&);

  /// Whether the last slice met items that others wrote meanwhile: then a pause after it leaves the commit queue to them.
  bool met_writers() const noexcept { return met_writers_; }

  const walk_cursor& cursor() const noexcept { return cursor_; }

 private:
  class batch;

  progress read_rows(range_cursor&, const std::shared_ptr<const table_entry>&, const derived_rows&);
  progress enqueue(batch&, const std::shared_ptr<const table_entry>&, const derived_rows&);
  result<void> read_again(batch&, key_locks::guard_list&, std::string_view table_name, const derived_rows&);

  const store& rows_;
  key_locks& locks_;
  committer& commits_;
  const walk_cursor cursor_;
  bool met_writers_ = false;
  std::string next_;  // the first key that was not looked at; empty: the table's first
  const std::unique_ptr<key_locks::moment> before_reading_;
  background_changes changes_;
};

}  // namespace dynamo::engine

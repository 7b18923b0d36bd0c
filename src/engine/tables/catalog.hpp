#pragma once

#include "table_change.hpp"
#include "table_descriptor.hpp"
#include "table_entry.hpp"
#include "table_status.hpp"

#include <dynamo/base/result.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// A page of tables' names, ascending.
struct table_names {
  std::vector<std::string> names;
  bool more = false;  ///< others follow
};

/// A table as descriptions show it. While it is CREATING or UPDATING that is the version to come, once that has its place in the commit queue;
/// or the old one, if it is an index that goes.
struct known_table {
  std::shared_ptr<const table_entry> entry;
  table_status status = table_status::active;
  index_change changed;               ///< what the change under way does to an index
  ttl_action ttl = ttl_action::none;  ///< and to TTL
};

/// What tables and streams there are, in memory; its truth is in the store. Its lock is held for moments, never across a commit. Thread-safe.
class catalog {
 public:
  /// The version of a table that reads and writes of items go by; null if there is none of that name, while it is being created, and once
  /// its deletion has its place in the queue.
  std::shared_ptr<const table_entry> find(std::string_view table_name) const;
  /// The table and what it is doing.
  std::optional<known_table> look_up(std::string_view table_name) const;
  /// At most `limit` names after `after`, of tables in any state.
  table_names names(std::string_view after, std::size_t limit) const;
  /// The ids that rows of tables and indexes, and TTL rows, are stored under, in ascending order.
  std::vector<std::uint32_t> row_ids() const;
  /// Tables whose items expire, with greater names than `after`, in that order, at most `limit`: the versions that find() answers. Without
  /// those that are being changed: so what enabled TTL is committed, and all that was enqueued ahead of it.
  std::vector<std::shared_ptr<const table_entry>> expiring_after(std::string_view after, std::size_t limit) const;
  bool has_expiring() const;
  /// Names of the tables that have an index that is being filled.
  std::vector<std::string> filling() const;
  /// Adds a table that the store holds.
  void put(table_descriptor);

  /// A rule that a table must satisfy to be changed. Called under the catalog's lock: it may look at nothing else.
  using rule = std::function<result<void>(const table_descriptor&)>;
  /// Begin a change of a table: its name is claimed until the change is settled or dropped. A new table, and its indexes, are given their ids.
  /// Errors: those of claim_status(), the rule's, limit_exceeded when all ids are used up.
  result<table_change> create(table_descriptor);
  result<table_change> update(std::string_view table_name, const rule&);
  result<table_change> remove(std::string_view table_name, const rule&);
  /// Begins the change that opens a filled index to readers. Until it is settled the table is shown as it was, and update() and remove() of it
  /// wait. Errors: those of claim_status(); resource_not_found if the table has no such index that is being filled.
  result<table_change> open_index(std::string_view table_name, std::uint32_t index_id);

  /// Tables, indexes and streams share one counter of ids. It never goes back, also if what the ids were taken for fails. Answers the first
  /// of `count`. Errors: limit_exceeded.
  result<std::uint32_t> take_ids(std::uint32_t count);
  /// Greater than every id that was taken.
  std::uint32_t next_id() const;
  /// Where the counter goes on: what the store holds.
  void set_next_id(std::uint32_t);

  std::optional<stream_descriptor> find_stream(std::string_view table_name, std::string_view label) const;
  std::optional<stream_descriptor> find_stream(std::uint32_t id) const;
  /// The greatest label of the streams that tables of this name have or had; empty without one. Labels are never used twice,
  /// also when a table is dropped and created anew: the old one's stream stays readable.
  std::string latest_label(std::string_view table_name) const;
  void put(stream_descriptor);
  void erase_stream(std::uint32_t id);
  /// Streams with greater ids than `after`, in that order, at most `limit`.
  std::vector<stream_descriptor> streams_after(std::uint32_t id, std::size_t limit) const;
  /// All streams of tables of that name, or all there are, sorted by table name and label.
  std::vector<stream_descriptor> streams_of(std::optional<std::string_view> table_name) const;

 private:
  friend class table_change;

  struct table_record {
    known_table known;
    std::shared_ptr<const table_entry> open;  // what find() answers

    bool expires() const noexcept {
      return open != nullptr && known.status == table_status::active && open->descriptor.enabled_ttl() != nullptr;
    }
  };

  result<table_change> change(std::string_view table_name, table_event, const rule&);
  result<table_change> change_locked(std::string_view table_name, table_event, const rule&);
  result<table_status> claim_locked(std::string_view table_name, table_event) const;
  result<std::uint32_t> take_ids_locked(std::uint32_t count);
  void take_place(const table_change&);
  void settle(table_change&, commit_outcome);

  mutable std::shared_mutex mutex_;
  std::condition_variable_any opened_;  // an index was opened to readers, or could not be
  std::map<std::string, table_record, std::less<>> tables_;
  std::set<std::string, std::less<>>
      expiring_;  // names in tables_: at least those of tables with TTL that nothing changes
  std::map<std::uint32_t, stream_descriptor> streams_;
  std::uint32_t next_id_ = 1;
};

}  // namespace dynamo::engine

#pragma once

#include "table_descriptor.hpp"
#include "table_entry.hpp"
#include "table_status.hpp"

#include <dynamo/base/clock.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

class catalog;

/// A global or a vector index that a change adds to its table or takes away.
struct index_change {
  index_action action = index_action::none;
  std::string name;

  index_action of(std::string_view index_name) const noexcept {
    return index_name == name ? action : index_action::none;
  }
};

/// One change of a table, from the claim of its name to the outcome of its commit. No lock is held in between.
///
///     claimed        no other change of this table begins; reads and writes of its items go on
///     take_place()   inside the commit queue's critical section: writes are prepared against the next version from here on
///     settle()       the next version is the table's, or the old one is again
///
/// Dropped before take_place(), it leaves everything as it was, but for the ids it took. Dropped between the two, its outcome is not known: the table
/// stays in its state until the database is opened again. Used by one thread at a time; the catalog must outlive it.
class table_change {
 public:
  table_change(table_change&&) noexcept;
  table_change& operator=(table_change&&) = delete;
  ~table_change();

  table_descriptor next;  ///< the version to come, for the caller to complete; of a deletion the last one
  index_change index;     ///< what `next` has more, or less, than the version before
  std::optional<index_descriptor> removed;  ///< the index that goes with this change
  std::optional<vector_index_descriptor> removed_vector_index;
  std::optional<std::uint32_t> filled;      ///< the index that has all its rows
  std::optional<stream_descriptor> closed;  ///< the stream that ends with this change

  std::uint32_t begun_ttl = 0;  ///< the id of TTL rows that are to be made; 0: none
  std::uint32_t ended_ttl = 0;  ///< the id of TTL rows that go; 0: none

  table_status status() const noexcept { return status_; }
  ttl_action ttl() const noexcept {
    return begun_ttl != 0 ? ttl_action::begin : ended_ttl != 0 ? ttl_action::end : ttl_action::none;
  }
  /// Adds an index, with its id, that is to be filled; takes one away; ends the filling of one.
  void add_index(index_descriptor);
  void add_vector_index(vector_index_descriptor);
  void remove_vector_index(std::string_view name);
  void remove_index(std::string_view name);
  void end_filling(std::uint32_t index_id);
  /// Begins or ends the stream of the next version.
  void open_stream(stream_descriptor);
  void close_stream(instant when);
  /// The stream that begins with this change, if any.
  const stream_descriptor* opened() const noexcept;

  /// To be called once, when `next` and the streams are complete. If it throws, nothing has happened.
  void take_place();
  void settle(commit_outcome) noexcept;

 private:
  friend class catalog;
  table_change(catalog& of, table_status claimed, std::shared_ptr<const table_entry> before, table_descriptor next);

  catalog* catalog_;  // null once there is nothing to settle
  table_status status_;
  bool opens_stream_ = false;
  bool took_place_ = false;
  std::shared_ptr<const table_entry> before_;  // null for a new table
  std::shared_ptr<const table_entry> after_;   // null until take_place(), and for a deletion
};

}  // namespace dynamo::engine

#pragma once

#include "decision.hpp"
#include "engine_core.hpp"
#include "write_throughput.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/item_changes/latest_row.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/responses/write_response.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/rows/row_key.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace dynamo::engine {

/// Checks what a write's keys are by its table, and what an update may not do whatever the item is. Answers the key of the item's row. Errors in
/// DynamoDB's words.
result<json::buffer> validate_keys(const engine_core&, const table_descriptor&, const write_parameters&,
                                   key_use of_put = key_use::in_item);

/// One item of a change: reads the old item, decides, and lays down all that belongs to it. write_list drives it.
///
/// Not thread-safe.
class item_write {
 public:
  /// The parameters outlive this object.
  item_write(engine_core&, const write_parameters&);

  /// What validate_keys() has answered for a version of the table.
  void set_key(std::shared_ptr<const table_entry> of, json::buffer key);
  /// Finds the table and the key, unless set_key() has done that for the table as it is now.
  result<void> find_key();

  const write_parameters& parameters() const noexcept { return p_; }
  std::size_t stripe() const noexcept { return stripe_; }
  const std::shared_ptr<const table_entry>& table() const noexcept { return table_; }

  /// The item's key does not fit the table: what a transaction is cancelled for. It is not prepared.
  void refuse(error why);
  bool has_key() const noexcept { return !key_.empty(); }
  std::string_view key() const noexcept { return key_.view(); }

  /// Decides and lays down, under the key's lock. An item that an ongoing transaction writes is refused: transaction_conflict. Errors:
  /// corruption, storage. May be called again, with a change that has none of it.
  result<void> prepare(prepared_change&, const key_locks::guard&);
  /// Only reads the item, for what a transaction that was executed before consumes when it comes again: reads. Errors: corruption, storage.
  result<void> look(const key_locks::guard&);

  /// Takes what prepare() or look() found the write to consume of the throughput that is enforced, `factor` times; nothing if it was throttled.
  void charge(double factor);

  // What prepare() came to.
  bool rests_on_pending() const noexcept { return old_.is_pending(); }  ///< on a value that is not committed yet
  std::optional<error> refusal;  ///< why nothing is to be written: a failed condition, a conflict, throttling
  /// The item that a failed condition found, if the parameters ask for it.
  std::string_view item_found() const noexcept { return p_.item_on_failure ? old_.row().item : std::string_view(); }
  /// As DynamoDB counts the item that was laid down; 0 without one.
  std::size_t new_size() const noexcept { return new_size_; }
  /// Otherwise. Refers to this object and to the change.
  write_outcome outcome() const;
  /// Whether what the write consumes is asked for, by the parameters or by throughput that is enforced.
  bool is_counted() const noexcept;
  /// What the write consumes. Right only if it is asked for.
  const consumed_capacity& consumed() const noexcept { return consumed_; }

 private:
  void throttle(error);
  result<void> find_old(const key_locks::guard&);

  engine_core& core_;
  const write_parameters& p_;
  std::shared_ptr<const table_entry> table_;
  json::buffer key_;  // of the item's row in that table
  std::size_t stripe_ = 0;
  consumed_capacity consumed_;
  write_throughput throughput_;
  latest_row old_;  // empty if it is not needed
  std::size_t new_size_ = 0;
  std::optional<write_batch::span> new_item_;  // in the change, if prepare() wrote one
  bool unchanged_ = false;                     // the old item stays
  bool only_looked_at_ = false;
};

}  // namespace dynamo::engine

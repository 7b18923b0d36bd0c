#pragma once

#include "item_write.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/commit/queue_slot.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dynamo::engine {

/// A write of any number of items, of any tables, as one change: all of them or none, with one set of change records.
///
///     auto change = std::make_shared<prepared_change>();
///     auto parameters = read_write_item(request, change->rows);    // for each item
///     core.commits->reserve();                      // before any key lock: waiting for room while holding one would stop the leader
///     queue_slot slot(*core.commits);
///     write_list list(core, change);
///     list.add(*parameters);                        // for each item
///     do {
///       auto prepared = list.prepare();             // locks the keys, each stripe once, in one order
///       change->answer = ...                        // of list.items()
///       done = list.enqueue(slot);                  // unlocks them
///     } while (done == write_list::progress::stale);
///     auto committed = core.commits->wait(*change); // if it is queued; then change->answer_error or change->answer
///
/// Not thread-safe.
class write_list {
 public:
  /// The items of puts lie in the change's rows already.
  write_list(engine_core&, std::shared_ptr<prepared_change>);

  /// Parameters outlive this object. All items are added before the first prepare(). No two of them may have the same key. What it answers
  /// lives until the next call.
  item_write& add(const write_parameters&);
  std::span<item_write> items() noexcept;

  /// Locks the keys and prepares every item. The locks are held until enqueue(). Errors, with nothing locked: an unknown table, keys that
  /// do not fit, corruption, storage.
  result<void> prepare();
  /// Whether an item was refused, so that nothing of the list will be written.
  bool is_refused() noexcept;

  enum class progress : std::uint8_t {
    known,   ///< nothing is to be committed, and the outcome rests on nothing that is: it can be told now
    queued,  ///< the change is in the queue, with its answer, and the slot is used
    stale    ///< a table has changed since: prepare anew
  };
  /// Hands the change over, with the answer that the caller gave it after prepare(). Errors: read_only, and a thread that cannot be started.
  result<progress> enqueue(queue_slot&);

 private:
  void forget_prepared();

  engine_core& core_;
  std::shared_ptr<prepared_change> change_;
  const std::size_t arena_start_;
  std::optional<item_write> only_;  // most lists have one item, which costs no allocation
  std::vector<item_write> items_;   // of a list that has more
  key_locks::guard_list locks_;
};

/// Writes what came of one write, `write_response()`; null where nobody asks for it.
using response_writer = json::buffer (*)(const write_parameters&, const write_outcome&);

/// Drives a list of one item until it is in the queue: the outcome if it is known without a commit (an error, or nothing to change).
/// Otherwise the change is in the queue, with its answer, and the slot is used.
std::optional<result<reply>> enqueue_one(write_list&, prepared_change&, queue_slot&, response_writer);

}  // namespace dynamo::engine

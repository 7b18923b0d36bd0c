#pragma once

#include "item_write.hpp"
#include "request_token.hpp"

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
  enum class kind : bool {
    writes,
    /// No other write of its items is accepted until it is settled. A key that does not fit its table is a refusal of the item; an empty one is
    /// an error, and so are two items with one key, and more than transaction_size_max bytes.
    transaction
  };
  /// The items of puts lie in the change's rows already.
  write_list(engine_core&, std::shared_ptr<prepared_change>, kind = kind::writes);

  /// Parameters outlive this object. All items are added before the first prepare(). But in a transaction no two of them may have the same
  /// key. What it answers lives until the next call.
  item_write& add(const write_parameters&);
  /// How many items come.
  void reserve(std::size_t items) { items_.reserve(items); }
  /// Of a transaction: prepare() looks whether it was executed before.
  void set_token(request_token token) { token_.emplace(std::move(token)); }
  std::span<item_write> items() noexcept;

  /// Locks the keys and prepares every item. The locks are held until enqueue(). Errors, with nothing locked: an unknown table, keys that
  /// do not fit, corruption, storage; idempotent_parameter_mismatch.
  result<void> prepare();
  /// Whether the transaction was executed before: nothing is written, and the items were only looked at, if what they consume is asked for.
  bool is_replay() const noexcept { return replay_; }
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
  result<void> find_keys();
  result<void> check_distinct();
  void lock();
  result<void> prepare_locked();
  result<void> prepare_items();
  result<void> look_at_items();
  void charge();

  engine_core& core_;
  std::shared_ptr<prepared_change> change_;
  const kind kind_;
  const std::size_t arena_start_;
  std::optional<request_token> token_;
  bool replay_ = false;
  std::optional<item_write> only_;  // most lists have one item, which costs no allocation
  std::vector<item_write> items_;   // of a list that has more
  key_locks::guard_list locks_;
};

/// What a transaction of more than transaction_size_max bytes is told.
std::unexpected<error> transaction_too_large();

/// Writes what came of one write, `write_response()`; null where nobody asks for it.
using response_writer = json::buffer (*)(const write_parameters&, const write_outcome&);

/// Drives a list until it is in the queue: the outcome if it is known without a commit (an error, or nothing to change). `set_answer()` gives the
/// change its answer, or an error for an answer, after each prepare(). Otherwise the change is in the queue, and the slot is used.
template <class SetAnswer>
std::optional<result<reply>> enqueue_list(write_list& list, prepared_change& change, queue_slot& slot,
                                          SetAnswer set_answer) {
  while (true) {
    if (auto prepared = list.prepare(); !prepared) return std::unexpected(prepared.error());
    set_answer();
    const auto done = list.enqueue(slot);
    if (!done) return std::unexpected(done.error());
    switch (*done) {
      case write_list::progress::queued: return std::nullopt;
      case write_list::progress::known:
        if (change.answer_error) return std::unexpected(*std::move(change.answer_error));
        return std::move(change.answer);
      case write_list::progress::stale: break;
    }
  }
}

/// Waits until a change that is in the queue without a sink is settled: its answer, or its error.
result<reply> wait_for_answer(engine_core&, prepared_change&);

/// Executes a write for a caller that waits. `enqueue(slot)` drives its list: the outcome if that is known without a commit; otherwise the change
/// is in the queue, and the slot is used.
template <class Enqueue>
result<reply> run_write(engine_core& core, prepared_change& change, const Enqueue& enqueue) {
  core.commits->reserve();
  queue_slot slot(*core.commits);
  if (std::optional<result<reply>> known = enqueue(slot)) return *std::move(known);
  return wait_for_answer(core, change);
}

/// The same for one that does not. The sink is told once.
template <class Enqueue>
void start_write(engine_core& core, prepared_change& change, reply_sink& sink, const Enqueue& enqueue) {
  if (!core.commits->try_reserve()) {
    return sink.complete(fail(errc::throttled, "The commit queue is full; try again"));
  }
  std::optional<result<reply>> known;
  {
    queue_slot slot(*core.commits);
    change.sink = &sink;
    known = enqueue(slot);
  }
  if (known) return sink.complete(*std::move(known));
  core.commits->ensure_leader();
}

/// Drives a list of one item until it is in the queue: the outcome if it is known without a commit (an error, or nothing to change).
/// Otherwise the change is in the queue, with its answer, and the slot is used.
std::optional<result<reply>> enqueue_one(write_list&, prepared_change&, queue_slot&, response_writer);

}  // namespace dynamo::engine

#pragma once

#include "decision.hpp"
#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/commit/queue_slot.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace dynamo::engine {

/// Judges what a write's keys are by its table, and answers the key of the item's row. Errors in DynamoDB's words.
result<json::buffer> validate_keys(const engine_core&, const table_descriptor&, const write_parameters&,
                                   const write_batch& rows);

/// One write on its way: reads the old item and decides under the key's lock, lays down all that belongs to it, enqueues it.
///
/// Several may be enqueued one after the other, each as a change of its own, before the first is waited for:
///
///     auto change = std::make_shared<prepared_change>();
///     auto parameters = read_write_parameters(request, change->rows);
///     core.commits->reserve();                            // before any key lock; see below
///     queue_slot slot(*core.commits);
///     item_write write(core, *parameters, change);
///     auto known = write.enqueue(slot);             // nothing: it is in the queue
///     auto committed = core.commits->wait(*change);     // then change->answer_error or change->answer
///
/// Not thread-safe.
class item_write {
 public:
  /// The parameters outlive this object. A put's item lies in the change's rows already.
  item_write(engine_core&, const write_parameters&, std::shared_ptr<prepared_change>);

  /// What validate_keys() has answered for the table already; it is asked again if the table has changed since.
  void set_key(std::shared_ptr<const table_entry> of, json::buffer key) {
    validated_for_ = std::move(of);
    key_ = std::move(key);
  }

  /// The outcome if it is known without a commit (an error, or nothing to change); otherwise the change is in the queue, with its
  /// answer, and the slot is used.
  std::optional<result<reply>> enqueue(queue_slot& slot);

  /// What the write consumes, once it is decided. Right only if the old item was read: when the parameters ask for capacity.
  const consumed_capacity& consumed() const noexcept { return consumed_; }

 private:
  std::optional<result<reply>> enqueue_for(const std::shared_ptr<const table_entry>&, queue_slot& slot);
  std::optional<result<reply>> finish(const std::shared_ptr<const table_entry>&, key_locks::guard&,
                                      std::optional<std::size_t> operation, queue_slot& slot);
  json::buffer item_collection(const table_descriptor&) const;
  void reset();
  result<reply> settled_answer();
  result<void> take_old(std::optional<std::string_view> row);
  result<void> load_old(std::string_view key);
  void record_change(const stream_descriptor&, const table_descriptor&, const decision&);

  engine_core& core_;
  const write_parameters& p_;
  std::shared_ptr<prepared_change> change_;
  const std::size_t arena_start_;
  std::shared_ptr<const table_entry> validated_for_;
  json::buffer key_;  // of the item's row in that table
  bool enqueued_ = false;
  consumed_capacity consumed_;
  // The old item, wherever it came from: a view into pending_'s change or into loaded_.
  std::optional<key_locks::guard::pending_value> pending_;
  json::buffer loaded_;
  std::string_view old_item_;
  std::size_t old_size_ = 0;
};

}  // namespace dynamo::engine

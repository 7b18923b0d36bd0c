#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/commit/prepared_change.hpp>

#include <cstddef>
#include <memory>

namespace dynamo::engine {

/// The writes of one batch. Each is executed by itself, and none depends on another. All are enqueued, in order, before the first is waited for, so
/// that they share a commit.
///
/// Not thread-safe, but settle() is called by several threads, for different writes, while begin() is called for later ones.
class batched_writes {
 public:
  batched_writes() = default;
  batched_writes(const batched_writes&) = delete;
  batched_writes& operator=(const batched_writes&) = delete;
  virtual ~batched_writes() = default;

  virtual std::size_t size() const noexcept = 0;
  /// Whether there is nothing to do for a write: it was refused, or the batch has failed.
  virtual bool is_settled(std::size_t which) const = 0;
  /// Takes up a write for which a slot of the commit queue is reserved. True if it is queued: its outcome comes to the sink, or to the caller who waits
  /// for change(which), and settle() is called with it. Another thread may do that before this returns. False if it is settled.
  virtual bool begin(std::size_t which, reply_sink*) = 0;
  /// Of a write that is queued.
  virtual prepared_change& change(std::size_t which) const = 0;
  virtual void settle(std::size_t which, result<reply>) = 0;
  /// The commit queue has no room for a write whose caller does not wait.
  virtual void leave(std::size_t which) = 0;

  /// The response, once all is settled.
  virtual result<reply> answer() = 0;
};

/// Executes a batch for a caller that waits.
result<reply> run_batch(engine_core&, batched_writes&);
/// The same for one that does not. The sink is told once, whatever happens.
void start_batch(engine_core&, std::unique_ptr<batched_writes>, reply_sink&);

}  // namespace dynamo::engine

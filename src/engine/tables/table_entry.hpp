#pragma once

#include "table_descriptor.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace dynamo::engine {

/// One version of a table as writers see it. Never changes; a change of the table makes the next one.
///
/// Versions of a table count up from 1 with its changes. They share the number of the latest, which is moved inside the commit queue's
/// critical section: whatever was enqueued before is older than the change of version, and nothing prepared against an earlier
/// version can be enqueued after. Versions live in memory alone: what refers to one is a change being prepared, and none of those outlives
/// its process; so the stored form has no member for it, and every version of this library reads it.
class table_entry {
 public:
  explicit table_entry(table_descriptor first)
      : descriptor(std::move(first)), version(1), latest_(std::make_shared<std::atomic<std::uint64_t>>(version)) {}
  /// The version after `before`, which stays the latest until publish().
  table_entry(table_descriptor next, const table_entry& before)
      : descriptor(std::move(next)), version(before.version + 1), latest_(before.latest_) {}

  const table_descriptor descriptor;
  const std::uint64_t version;

  /// Whether a change of the table has overtaken this version.
  bool stale() const noexcept { return latest_->load(std::memory_order_relaxed) != version; }
  /// Makes this version the latest: a new one, or the old one again if the commit of its successor failed. After a failed commit nothing is
  /// enqueued any more, so nothing that was prepared against the successor is mistaken for a change of this version.
  void publish() const noexcept { latest_->store(version, std::memory_order_relaxed); }
  /// Makes this version stale without another one: the table is being deleted.
  void retire() const noexcept { latest_->store(version + 1, std::memory_order_relaxed); }

 private:
  const std::shared_ptr<std::atomic<std::uint64_t>> latest_;
};

}  // namespace dynamo::engine

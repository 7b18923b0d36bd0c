#pragma once

#include "background_changes.hpp"
#include "item_walk.hpp"
#include "maintenance_runner.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/committer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Makes the TTL rows of items that a table had before its TTL was enabled, while writers make those of what they write.
///
/// One table after the other, by an item_walk; its cursor is there, empty, from the change on that enables TTL, and goes when all rows are
/// there. A table that lacks it is done.
class expiry_filler final : public maintenance_job {
 public:
  /// When it comes back while changes are in flight, the commit queue is full, or others write to the table; and after reading failed.
  static constexpr std::chrono::milliseconds settles_soon{1};
  static constexpr std::chrono::minutes after_failure{1};

  expiry_filler(store&, catalog&, key_locks&, committer&);

  /// A table may have changed. Maintenance is to be woken after that. Thread-safe.
  void note_change() noexcept { changed_.store(true, std::memory_order_release); }

  std::optional<std::chrono::microseconds> run_slice() noexcept override;

 private:
  struct table_walk {
    table_walk(const expiry_filler& job, const table_descriptor&);
    const std::string table;
    const std::uint32_t ttl_id;
    item_walk items;
  };

  std::optional<std::chrono::microseconds> find_table();
  std::optional<std::chrono::microseconds> walk();
  std::chrono::microseconds end_walk(const std::shared_ptr<const table_entry>&);

  store& rows_;
  catalog& tables_;
  key_locks& locks_;
  committer& commits_;
  background_changes ends_;  // of walks
  std::string looked_at_;    // tables with greater names are still to be looked at
  std::optional<table_walk> walk_;
  std::atomic<bool> changed_ = false;  // since the pass began
};

/// Where the walk over a table has come to, as it is stored; nothing if it is done or was never begun. Errors: corruption, storage.
result<std::optional<std::string>> stored_filling(const store&, std::uint32_t ttl_id);

}  // namespace dynamo::engine

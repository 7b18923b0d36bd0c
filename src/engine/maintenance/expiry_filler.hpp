#pragma once

#include "background_changes.hpp"
#include "maintenance_runner.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/commit/committer.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Makes the TTL rows of items that a table had before its TTL was enabled, while writers make those of what they write.
///
/// It walks the table's rows, some at a time, and commits their TTL rows together with the place that it has come to; a crash loses at most
/// one slice. It takes no key locks: a TTL row too many does no harm, and what is written after the walk came by has its row already. A table that
/// lacks a place is done.
class expiry_filler final : public maintenance_job {
 public:
  /// Of one slice.
  static constexpr std::size_t rows_max = 500;
  static constexpr std::size_t bytes_max = 256u << 10;
  /// When it comes back while its last change is not settled, or the commit queue is full; and after reading failed.
  static constexpr std::chrono::milliseconds settles_soon{1};
  static constexpr std::chrono::minutes after_failure{1};

  expiry_filler(store&, catalog&, committer&);

  /// A table may have changed. Maintenance is to be woken after that. Thread-safe.
  void note_change() noexcept { changed_.store(true, std::memory_order_release); }

  std::optional<std::chrono::microseconds> run_slice() noexcept override;

 private:
  struct table_walk {
    std::string table;
    std::uint32_t ttl_id = 0;
    std::string
        place;  ///< of the last row that was looked at: what follows the table's id in its key. Empty at the beginning
  };

  std::optional<std::chrono::microseconds> find_table();
  std::optional<std::chrono::microseconds> walk();
  result<bool> lay_down(prepared_change&, const table_descriptor&, std::string& place);

  store& rows_;
  catalog& tables_;
  background_changes changes_;
  std::string looked_at_;  // tables with greater names are still to be looked at
  std::optional<table_walk> walk_;
  std::atomic<bool> changed_ = false;  // since the pass began
  json::buffer row_;
};

/// Where the walk over a table has come to, as it is stored; nothing if it is done or was never begun. Errors: corruption, storage.
result<std::optional<std::string>> stored_filling(const store&, std::uint32_t ttl_id);

}  // namespace dynamo::engine

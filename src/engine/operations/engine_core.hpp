#pragma once

#include "long_read.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>
#include <engine/commit/committer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/commit/record_waiters.hpp>
#include <engine/commit/stale_index_views.hpp>
#include <engine/maintenance/expiry_filler.hpp>
#include <engine/maintenance/index_backfill.hpp>
#include <engine/maintenance/log_trimmer.hpp>
#include <engine/maintenance/maintenance_runner.hpp>
#include <engine/maintenance/space_reclaimer.hpp>
#include <engine/maintenance/token_sweeper.hpp>
#include <engine/maintenance/ttl_sweeper.hpp>
#include <engine/storage/age_clock.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/catalog.hpp>
#include <engine/throughput/throughput_limits.hpp>
#include <engine/vector_memory/vector_memory.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// What the operations work on. The order of members is the order of destruction, backwards: the committer settles what is
/// queued while locks and store still stand.
struct engine_core {
  engine_core(std::unique_ptr<store>, const database_options&);
  ~engine_core();  ///< answers the readers that wait first: they look at everything else
  engine_core(const engine_core&) = delete;
  engine_core& operator=(const engine_core&) = delete;

  /// Reads what the store holds, and makes the rest. Nothing else may be called before.
  result<void> load();
  /// Has maintenance look whether there is anything to do. A database without streams, TTL, tokens and indexes that are being filled, of which
  /// no table was dropped, has nothing to do and starts no timer.
  void wake_maintenance();
  /// An item was written that expires then: maintenance comes no later.
  void note_expiry(std::uint64_t seconds_since_1970) const {
    if (sweeping->note_expiry(seconds_since_1970)) maintenance->wake();
  }
  /// A reader stepped over very many erased rows between these keys: maintenance gives back their room.
  void note_skipped(key_interval) const;

  database_options options;
  std::unique_ptr<store> rows;
  catalog tables;
  key_locks locks;
  std::unique_ptr<age_clock> ages;
  std::unique_ptr<stale_index_views> stale_views;  ///< null unless global indexes are to be late
  std::unique_ptr<throughput_limits> throughput;   ///< null unless it is enforced; thread-safe, so reads use it too
  record_waiters waiters;
  std::unique_ptr<vector_memory> vectors;  ///< thread-safe, so searches fill it
  std::unique_ptr<committer> commits;
  std::unique_ptr<log_trimmer> trimming;
  std::unique_ptr<space_reclaimer> reclaiming;
  std::unique_ptr<token_sweeper> forgetting;
  std::unique_ptr<expiry_filler> filling;
  std::unique_ptr<ttl_sweeper> sweeping;
  std::unique_ptr<index_backfill> backfilling;
  std::unique_ptr<maintenance_runner> maintenance;
  class long_reads long_reads;

  const clock& time() const noexcept { return options.time != nullptr ? *options.time : system_clock(); }
  instant now() const noexcept { return time().now(); }
};

/// "Requested resource not found", as reads and writes of items have it.
std::unexpected<error> table_not_found();
std::unexpected<error> read_only(const engine_core&);

}  // namespace dynamo::engine

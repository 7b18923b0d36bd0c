#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/base/timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace dynamo {

/// What an acknowledged write survives.
enum class durability : std::uint8_t {
  power_loss,     ///< synced to the disk before it is acknowledged: the default on disk
  process_crash,  ///< handed to the operating system: survives the process, not the machine
  memory,         ///< gone with the process: what an in-memory database offers
};

/// Whether tables and indexes have the throughput that DynamoDB gives them.
enum class throughput_rule : bool {
  unlimited,
  enforced,  ///< requests beyond it are throttled, as DynamoDB does
};

/// Whose words errors have. AWS reworded many of DynamoDB's checks in 2026, region by region and operation by operation.
enum class error_wording : std::uint8_t {
  of_2026,  ///< eu-west-2 after that
  of_2025,  ///< as everywhere before; for tests that still expect it
};

/// The files a database stands on. A port: tests put one in its place that drops what was not synced, or that fails.
/// Made by dynamo::testing; the default (null) is the operating system's own file system.
class file_system;

/// How items that have expired (UpdateTimeToLive) are deleted.
///
/// The engine looks at what is due by `time`: at the next expiry, and at least once a minute, as the clock may be set. So an item goes within
/// some seconds, where DynamoDB takes up to some days. Until then it can be read and written.
struct ttl_sweep_options {
  /// Deletes a second, at the most: of all tables together. At least 1.
  std::uint32_t items_per_second = 10'000;
  /// Whether a table's second UpdateTimeToLive within an hour is refused, as on DynamoDB: "Time to live has been modified multiple times
  /// within a fixed interval".
  bool one_change_an_hour = false;
};

struct database_options {
  dynamo::durability durability = dynamo::durability::power_loss;
  std::size_t cache_bytes = 64u << 20;  ///< decoded blocks kept in memory, for databases on disk
  /// Vectors of vector indexes that are kept in memory, about, in all: an index is put there by its first search. One that does not fit is read
  /// from the store by each search, which takes longer and finds the same. 0: every one is.
  std::size_t vector_memory_bytes = 256u << 20;
  const clock* time = nullptr;      ///< null: the machine's
  random_source* random = nullptr;  ///< null: the machine's
  timer* maintenance_timer =
      nullptr;  ///< when the engine does work of its own, such as trimming streams; null: the machine's
  std::shared_ptr<file_system> files;  ///< null: the operating system's
  std::string region = "local";        ///< stands in ARNs
  bool create_if_missing = true;
  /// For tests: reads of global indexes show their tables as they were so long ago, by the clock above, as they may on DynamoDB.
  /// Zero: they show every acknowledged write. Keeps old versions of what was written meanwhile in memory.
  std::chrono::microseconds global_index_delay{0};
  ttl_sweep_options ttl_sweep;

  /// For tests: tables and global indexes have no more throughput than was provisioned, or than DynamoDB gives on demand, by the clock above. What
  /// is beyond is answered errc::throttled, with throttling_reasons(). See docs/testing_your_code.md.
  throughput_rule throughput = throughput_rule::unlimited;
  /// The types of errors are the same in both. See docs/compatibility.md.
  error_wording wording = error_wording::of_2026;

  database_options() = default;
};

}  // namespace dynamo

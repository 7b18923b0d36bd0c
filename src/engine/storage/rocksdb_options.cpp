#include "rocksdb_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <algorithm>

#include <sys/resource.h>

namespace dynamo::engine {
namespace {

constexpr int bloom_bits_per_key = 10;  // 1 % of the lookups of missing keys read a block
constexpr std::size_t write_buffer_bytes = 64u << 20;
constexpr std::size_t memory_write_buffer_bytes = 16u << 20;
constexpr std::size_t memory_cache_bytes = 8u << 20;  // blocks are in memory already, this spares their checksums
/// A table with so many erased keys among so many neighbours is compacted soon: until then each walk over them meets all.
constexpr std::size_t erased_neighbours = 2048;
constexpr std::size_t neighbours = 4096;
constexpr int background_jobs = 2;  // one flush and one compaction at a time

/// Table files that stay open: a few hundred, and a quarter of what the system grants where that is less, so that logs, the
/// manifest and what a compaction writes find descriptors too.
int open_files_max() {
  constexpr rlim_t enough = 512;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return static_cast<int>(enough);
  return static_cast<int>(std::min(enough, files.rlim_cur / 4));
}

/// RocksDB's own log names keys, which are item data, and makes a file at each open. What matters arrives as a status.
class silent_logger final : public rocksdb::Logger {
 public:
  silent_logger() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options common_options(std::size_t cache_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  table.format_version = 5;  // these two are what table_file.cpp reads
  table.checksum = rocksdb::kXXH3;
  rocksdb::Options options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(neighbours, erased_neighbours));
  options.create_if_missing = true;
  options.info_log = std::make_shared<silent_logger>();
  options.info_log_level = rocksdb::InfoLogLevel::FATAL_LEVEL;
  options.max_background_jobs = background_jobs;
  options.max_bgerror_resume_count = 0;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  return options;
}

}  // namespace

rocksdb::Options disk_options(const database_options& wanted) {
  rocksdb::Options options = common_options(wanted.cache_bytes);
  options.create_if_missing = wanted.create_if_missing;
  options.compression = rocksdb::kLZ4Compression;
  options.write_buffer_size = write_buffer_bytes;
  options.max_open_files = open_files_max();
  options.keep_log_file_num = 1;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  return options;
}

rocksdb::Options memory_options(rocksdb::Env* env) {
  rocksdb::Options options = common_options(memory_cache_bytes);
  options.env = env;
  options.compression = rocksdb::kNoCompression;
  options.max_file_opening_threads = 1;  // there are no files yet, and each of 16 threads is begun all the same
  options.write_buffer_size = memory_write_buffer_bytes;
  return options;
}

rocksdb::WriteOptions write_options(durability wanted) {
  rocksdb::WriteOptions options;
  options.sync = wanted == durability::power_loss;
  options.disableWAL = wanted == durability::memory;
  return options;
}

}  // namespace dynamo::engine

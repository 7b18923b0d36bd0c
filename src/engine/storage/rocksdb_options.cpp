#include "rocksdb_options.hpp"

#include "key_space.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

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

constexpr std::size_t kind_and_id_size = sizeof expiry_space + sizeof(std::uint32_t);

/// The memtable looks for the place of such a row beside that of the last one with the same kind and id.
class rows_in_order final : public rocksdb::SliceTransform {
 public:
  explicit rows_in_order(std::size_t store_prefix_size) : store_prefix_size_(store_prefix_size) {}
  const char* Name() const override { return "dynamo.rows_in_order"; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return is_written_in_order({key.data(), key.size()}, store_prefix_size_);
  }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), store_prefix_size_ + kind_and_id_size};
  }

 private:
  const std::size_t store_prefix_size_;
};

rocksdb::Options common_options(std::size_t cache_bytes, std::size_t store_prefix_size) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  table.format_version = 5;  // these two are what table_file.cpp reads
  table.checksum = rocksdb::kXXH3;
  rocksdb::Options options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(neighbours, erased_neighbours));
  options.memtable_insert_with_hint_prefix_extractor = std::make_shared<rows_in_order>(store_prefix_size);
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

bool is_written_in_order(std::string_view key, std::size_t store_prefix_size) noexcept {
  return key.size() > store_prefix_size + kind_and_id_size && key[store_prefix_size] == expiry_space;
}

rocksdb::Options disk_options(const database_options& wanted) {
  rocksdb::Options options = common_options(wanted.cache_bytes, 0);
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

rocksdb::Options memory_options(rocksdb::Env* env, std::size_t store_prefix_size) {
  rocksdb::Options options = common_options(memory_cache_bytes, store_prefix_size);
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

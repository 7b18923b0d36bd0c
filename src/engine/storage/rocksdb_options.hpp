#pragma once

#include <dynamo/database_options.hpp>

#include <rocksdb/options.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace dynamo::engine {

/// How RocksDB is set up for a database on disk. In one place, so that the benchmarks compare with the same bytes.
///
/// Background errors are not resumed, nothing is written to an information log, and a log that ends in the middle of a record
/// opens; what else may be repaired is decided before RocksDB looks (recovery.hpp).
rocksdb::Options disk_options(const database_options&);

/// The same for what all databases in memory share, each with a prefix of so many bytes: no log, no compression.
rocksdb::Options memory_options(rocksdb::Env*, std::size_t store_prefix_size);

/// Rows that are mostly written in the order of their keys: TTL rows, as most items of a table live for the same time. No erased range may
/// begin at such a key: RocksDB 7.8 looks for the range's place, too, beside the last row's, in another list.
bool is_written_in_order(std::string_view key, std::size_t store_prefix_size) noexcept;

/// Synced or not, as the durability says.
rocksdb::WriteOptions write_options(durability);

}  // namespace dynamo::engine

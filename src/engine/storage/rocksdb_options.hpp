#pragma once

#include <dynamo/database_options.hpp>

#include <rocksdb/options.h>

#include <memory>

namespace dynamo::engine {

/// How RocksDB is set up for a database on disk. In one place, so that the benchmarks compare with the same bytes.
///
/// Background errors are not resumed, nothing is written to an information log, and a log that ends in the middle of a record
/// opens; what else may be repaired is decided before RocksDB looks (recovery.hpp).
rocksdb::Options disk_options(const database_options&);

/// The same for what all databases in memory share: no log, no compression.
rocksdb::Options memory_options(rocksdb::Env*);

/// Synced or not, as the durability says.
rocksdb::WriteOptions write_options(durability);

}  // namespace dynamo::engine

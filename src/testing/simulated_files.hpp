#pragma once

#include <testing/disk_state.hpp>

#include <memory>

namespace rocksdb {
class FileSystem;  // NOLINT(readability-identifier-naming): RocksDB's
}

namespace dynamo::testing {

/// A simulated disk as RocksDB calls it.
std::shared_ptr<rocksdb::FileSystem> make_rocksdb_files(std::shared_ptr<disk_state>);

}  // namespace dynamo::testing

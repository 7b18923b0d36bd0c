#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;  // NOLINT(readability-identifier-naming): RocksDB's name
}

namespace dynamo {

/// What database_options::files stands for: the calls that RocksDB makes. The store adds none of its own beside them.
/// Implemented in module `testing`.
class file_system {
 public:
  virtual ~file_system() = default;
  virtual std::shared_ptr<rocksdb::FileSystem> for_rocksdb() = 0;
};

}  // namespace dynamo

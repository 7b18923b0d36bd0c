#pragma once

#include "recovery.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>

#include <rocksdb/file_system.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// What lies in a directory, told by names; nothing is opened.
struct database_directory {
  bool holds_database = false;
  std::vector<std::pair<std::uint64_t, std::string>> logs;  ///< numbers and names, ascending
  std::vector<std::string> tables;                          ///< names of the table files, in no order
};

/// The directory without symbolic links or dots, made if there is none and that is allowed. So what a process does later, such as chdir(),
/// leads nowhere else.
result<std::string> find_directory(const std::string& path, bool create_if_missing);

/// Refuses a directory in which something else lives, or in which a FIFO or another directory bears the name of a database's file.
/// Errors: invalid_argument, corruption (data without CURRENT), storage.
result<database_directory> look_at_names(rocksdb::FileSystem&, const std::string& path, bool create_if_missing);

/// Where the manifest that counts ends: the last whole record of it. None if it cannot be told; RocksDB says why then.
result<std::optional<manifest_end>> read_manifest_end(rocksdb::FileSystem&, const std::string& path);

/// The error for a database that is not to be opened, and whose files are as they were.
error damaged_database(const std::string& path, const std::string& finding);

}  // namespace dynamo::engine

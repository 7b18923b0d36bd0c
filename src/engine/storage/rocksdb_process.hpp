#pragma once

#include <dynamo/base/result.hpp>

namespace dynamo::engine {

/// RocksDB's threads belong to the process that opens the first database. A child of fork() has none of them, so a database cannot work
/// there: an error says so. Call before anything of RocksDB's is used.
result<void> enter_rocksdb_process();

/// Lets exit() in such a child end at once, with its status: RocksDB's static objects would wait for threads that are not there.
/// enter_rocksdb_process() does so for those that any open uses. Call this once a database is open, for those that an open database has: what
/// is made before is destroyed after.
void guard_exit_of_children();

}  // namespace dynamo::engine

#pragma once

#include <dynamo/database_options.hpp>
#include <engine/storage/rocksdb_options.hpp>

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace dynamo::bench {

/// RocksDB with nothing of ours around it, set up exactly as the engine sets it up: what the engine is compared with.
class bare_rocksdb {
 public:
  static bare_rocksdb on_disk(const std::string& path, const database_options& options = {}) {
    return bare_rocksdb(engine::disk_options(options), path, nullptr);
  }
  static bare_rocksdb in_memory() {
    std::unique_ptr<rocksdb::Env> env(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    const rocksdb::Options options = engine::memory_options(env.get(), 0);
    return bare_rocksdb(options, "/bare", std::move(env));
  }

  rocksdb::DB* operator->() const { return db_.get(); }

 private:
  bare_rocksdb(const rocksdb::Options& options, const std::string& path, std::unique_ptr<rocksdb::Env> env)
      : env_(std::move(env)) {
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, path, &opened);
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      std::abort();
    }
    db_.reset(opened);
  }

  std::unique_ptr<rocksdb::Env> env_;  // outlives what stands on it
  std::unique_ptr<rocksdb::DB> db_;
};

/// How the engine writes and reads: for Put, Write, Get and NewIterator.
inline rocksdb::WriteOptions bare_write(durability level) { return engine::write_options(level); }

}  // namespace dynamo::bench

#pragma once

#include "rocksdb_store.hpp"

#include <string>
#include <utility>

namespace dynamo::engine {

/// A database on disk that RocksDB has opened for reading only.
class read_only_store final : public rocksdb_store {
 public:
  read_only_store(std::shared_ptr<rocksdb::DB> db, std::string path, error why)
      : rocksdb_store(std::move(db), {}), path_(std::move(path)), why_(std::move(why)) {}

  result<void> write(const std::vector<const write_batch*>&, synced) override {
    return fail(writes_refused(path_, why_));
  }
  void give_back(const std::vector<key_interval>&, std::atomic<bool>&) override {}
  void compact(const std::vector<key_interval>&, std::atomic<bool>&) override {}
  std::optional<error> refuses_writes() const override { return why_; }
  std::uint64_t size_in_bytes() const override { return bytes_in_directory(path_); }

 private:
  const std::string path_;
  const error why_;
};

}  // namespace dynamo::engine

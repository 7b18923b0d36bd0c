#pragma once

#include "known_gaps.hpp"
#include "store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::engine {

inline rocksdb::Slice as_slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view as_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

/// What a failed call of RocksDB means to the caller; `doing` begins the sentence.
error as_error(const rocksdb::Status&, std::string_view doing);

/// What to do about a disk that accepts no writes for now but can be read: full, quota used up, mounted for reading only. Empty: the status
/// tells of something else.
std::string_view advice_for_unwritable_disk(const rocksdb::Status&);

/// What later writers of a database are told, whose files lie in `path`, after one failed.
error writes_refused(const std::string& path, const error& failure);
/// The size of all files.
std::uint64_t bytes_in_directory(const std::string& path);

/// An open RocksDB as one database uses it.
struct opened_rocksdb {
  explicit opened_rocksdb(std::shared_ptr<rocksdb::DB> of) : db(std::move(of)) {}
  const std::shared_ptr<rocksdb::DB> db;
  known_gaps gaps;
};

/// Reads and writes of any open RocksDB. What differs between disk and memory is said by the classes that derive.
class rocksdb_store : public store {
 public:
  std::string_view prefix() const noexcept override { return prefix_; }
  result<bool> get(std::string_view key, value_visitor& visit) const override;
  std::unique_ptr<range_cursor> range(std::string_view from, std::string_view to, direction, stops) const override;
  using store::range;
  std::unique_ptr<const store_reader> snapshot() const override;
  std::uint64_t size_of_range(std::string_view from, std::string_view to) const override;
  void give_back(const std::vector<key_interval>&, std::atomic<bool>& stop) override;
  void compact(const std::vector<key_interval>&, std::atomic<bool>& stop) override;

 protected:
  rocksdb_store(std::shared_ptr<rocksdb::DB> db, std::string prefix)
      : prefix_(std::move(prefix)), opened_(std::make_shared<opened_rocksdb>(std::move(db))) {}

  /// One RocksDB write of everything in `batches`.
  rocksdb::Status apply(const std::vector<const write_batch*>& batches, const rocksdb::WriteOptions&);
  rocksdb::DB& db() const noexcept { return *opened_->db; }

 private:
  const std::string prefix_;
  const std::shared_ptr<opened_rocksdb> opened_;  // shared with cursors: RocksDB must not close before the last of them
  rocksdb::WriteBatch batch_;                     // reused: one caller at a time writes
};

}  // namespace dynamo::engine

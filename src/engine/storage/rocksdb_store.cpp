#include "rocksdb_store.hpp"

#include <rocksdb/iterator.h>

#include <cassert>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t kept_value_bytes = 1u << 20;

rocksdb::ReadOptions read_options(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  // Nobody reads an erased range. Looking for such costs every reader, and RocksDB 7.8 loses sight of errors while it does: rows of a table
  // after a damaged one went missing from a walk that ended well (engine.*.RandomDamage).
  options.ignore_range_deletions = true;
  options.snapshot = snapshot;
  return options;
}

class rocksdb_cursor final : public range_cursor {
 public:
  rocksdb_cursor(std::shared_ptr<rocksdb::DB> db, const rocksdb::Snapshot* snapshot, std::string_view from,
                 std::string_view to, direction way)
      : db_(std::move(db)), from_(from), to_(to), from_slice_(from_), to_slice_(to_), way_(way) {
    rocksdb::ReadOptions options = read_options(snapshot);
    options.iterate_lower_bound = &from_slice_;
    options.iterate_upper_bound = &to_slice_;
    iterator_.reset(db_->NewIterator(options));
    if (from_ >= to_) return;  // RocksDB asserts that bounds are in order; it stands nowhere until it is told where to
    if (way_ == direction::forward) {
      iterator_->SeekToFirst();
    } else {
      iterator_->SeekToLast();
    }
  }

  bool valid() const noexcept override { return iterator_->Valid(); }
  std::string_view key() const noexcept override { return as_view(iterator_->key()); }
  std::string_view value() const noexcept override { return as_view(iterator_->value()); }
  void next() override {
    assert(valid());
    if (way_ == direction::forward) {
      iterator_->Next();
    } else {
      iterator_->Prev();
    }
  }
  result<void> status() const override {
    const rocksdb::Status status = iterator_->status();
    if (!status.ok()) return fail(as_error(status, "reading a range"));
    return {};
  }

 private:
  const std::shared_ptr<rocksdb::DB> db_;
  const std::string from_, to_;  // RocksDB reads the bounds for as long as it iterates
  const rocksdb::Slice from_slice_, to_slice_;
  const direction way_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

result<bool> get_value(rocksdb::DB& db, const rocksdb::ReadOptions& options, std::string_view key,
                       value_visitor& visit) {
  // A value found in the memtable is copied; the string that takes the copy is kept. A nested call finds it taken.
  thread_local std::string spare;
  std::string copy = std::move(spare);
  copy.clear();
  rocksdb::PinnableSlice value(&copy);
  const rocksdb::Status status = db.Get(options, db.DefaultColumnFamily(), as_slice(key), &value);
  if (status.ok()) visit(as_view(value));
  value.Reset();
  if (copy.capacity() <= kept_value_bytes) spare = std::move(copy);
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return fail(as_error(status, "reading a key"));
}

/// A snapshot of RocksDB's, released with this object.
class held_snapshot {
 public:
  explicit held_snapshot(std::shared_ptr<rocksdb::DB> db) : db_(std::move(db)), snapshot_(db_->GetSnapshot()) {}
  held_snapshot(const held_snapshot&) = delete;
  held_snapshot& operator=(const held_snapshot&) = delete;
  ~held_snapshot() { db_->ReleaseSnapshot(snapshot_); }
  const std::shared_ptr<rocksdb::DB>& db() const noexcept { return db_; }
  const rocksdb::Snapshot* get() const noexcept { return snapshot_; }

 private:
  const std::shared_ptr<rocksdb::DB> db_;
  const rocksdb::Snapshot* const snapshot_;
};

// A cursor's iterator pins what it reads by itself; it does not need the snapshot after it is made.
class snapshot_reader final : public store_reader {
 public:
  explicit snapshot_reader(std::shared_ptr<rocksdb::DB> db) : held_(std::move(db)) {}
  result<bool> get(std::string_view key, value_visitor& visit) const override {
    return get_value(*held_.db(), read_options(held_.get()), key, visit);
  }
  std::unique_ptr<range_cursor> range(std::string_view from, std::string_view to, direction way) const override {
    return std::make_unique<rocksdb_cursor>(held_.db(), held_.get(), from, to, way);
  }

 private:
  const held_snapshot held_;
};

}  // namespace

error as_error(const rocksdb::Status& status, std::string_view doing) {
  std::string message = "The database failed while " + std::string(doing) + ": " + status.ToString();
  if (status.IsCorruption()) {
    message += ". Stored data is damaged: check the disk and restore a backup.";
    return {errc::corruption, std::move(message)};
  }
  const std::string_view advice = advice_for_unwritable_disk(status);
  message.append(advice.empty() ? "." : ". ").append(advice);
  return {errc::storage, std::move(message)};
}

std::string_view advice_for_unwritable_disk(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return "Free some space on the disk.";
  if (!status.IsIOError()) return {};
  // RocksDB has no status of its own for the others, only the text of errno.
  const std::string told = status.ToString();
  const auto is = [&](int number) { return told.ends_with(std::generic_category().message(number)); };
  if (is(EDQUOT)) return "Remove files that count towards the quota, or have it raised.";
  if (is(EROFS)) return "Mount the file system for writing.";
  return {};
}

error writes_refused(const std::string& path, const error& failure) {
  return {errc::read_only,
          "The database " + path + " accepts no writes until it is opened again: " + failure.message()};
}

std::uint64_t bytes_in_directory(const std::string& path) {
  std::uint64_t total = 0;
  std::error_code ignored;
  for (std::filesystem::directory_iterator file(path, ignored), end; !ignored && file != end; file.increment(ignored)) {
    std::error_code gone;  // RocksDB may remove a file meanwhile
    const std::uintmax_t size = file->file_size(gone);
    if (!gone) total += size;
  }
  return total;
}

result<bool> rocksdb_store::get(std::string_view key, value_visitor& visit) const {
  static const rocksdb::ReadOptions options = read_options(nullptr);
  return get_value(*db_, options, key, visit);
}

std::unique_ptr<range_cursor> rocksdb_store::range(std::string_view from, std::string_view to, direction way) const {
  return std::make_unique<rocksdb_cursor>(db_, nullptr, from, to, way);
}

std::unique_ptr<const store_reader> rocksdb_store::snapshot() const { return std::make_unique<snapshot_reader>(db_); }

std::uint64_t rocksdb_store::size_of_range(std::string_view from, std::string_view to) const {
  if (from >= to) return 0;
  const rocksdb::Range range(as_slice(from), as_slice(to));
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.include_files = true;
  std::uint64_t size = 0;
  const rocksdb::Status status = db_->GetApproximateSizes(options, db_->DefaultColumnFamily(), &range, 1, &size);
  return status.ok() ? size : 0;
}

rocksdb::Status rocksdb_store::apply(const std::vector<const write_batch*>& batches,
                                     const rocksdb::WriteOptions& options) {
  batch_.Clear();
  for (const write_batch* batch : batches) {
    for (const write_batch::operation& op : batch->operations()) {
      const rocksdb::Slice key = as_slice(batch->text(op.key));
      const rocksdb::Slice value = as_slice(batch->text(op.value));
      rocksdb::Status added;
      switch (op.what) {
        case write_batch::kind::put: added = batch_.Put(key, value); break;
        case write_batch::kind::erase: added = batch_.Delete(key); break;
        case write_batch::kind::erase_range:
          if (key.compare(value) < 0) added = batch_.DeleteRange(key, value);
          break;
      }
      if (!added.ok()) return added;  // a key or value of 4 GB: nothing was written
    }
  }
  if (batch_.Count() == 0) return rocksdb::Status::OK();
  return db_->Write(options, &batch_);
}

}  // namespace dynamo::engine

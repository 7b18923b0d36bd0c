#pragma once

#include "rocksdb_store.hpp"
#include "sync_mark.hpp"

#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Where RocksDB's manifest ends now.
manifest_end end_of_manifest(rocksdb::DB&);

/// The file SYNCED of an open database. Thread-safe.
class synced_marks {
 public:
  explicit synced_marks(std::string directory);
  /// Writes `mark` to the file, which is made if it is not there, and syncs it.
  rocksdb::IOStatus begin(rocksdb::FileSystem&, const sync_mark&);
  /// All writes so far are synced. `log_switched`: they may go to another log than before.
  void writes_synced(rocksdb::DB&, bool log_switched);
  /// Tables were added or removed. Called before RocksDB removes what they replace.
  void tables_changed(rocksdb::DB&);
  void close();

 private:
  void write(sync_mark);

  const std::string directory_;
  std::mutex mutex_;
  std::unique_ptr<rocksdb::FSRandomRWFile> file_;  // null: a mark could not be written, and none will be
  sync_mark last_;
  std::uint64_t log_ = 0;  // number of the log that writes go to, 0: none that holds any
};

/// What RocksDB's threads have to tell the store. Thread-safe.
class store_listener final : public rocksdb::EventListener {
 public:
  /// The first failure of a write in the foreground or the background; after it nothing is written any more.
  std::optional<error> first_failure() const;
  void note_failure(const error&);
  /// Whether writes go to another log than at the last call.
  bool log_switched() noexcept { return log_switched_.exchange(false, std::memory_order_acquire); }
  /// Who is told of changed tables from now on.
  void watch(std::shared_ptr<synced_marks>);

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
  void OnMemTableSealed(const rocksdb::MemTableInfo&) override { log_switched_.store(true, std::memory_order_release); }
  void OnFlushCompleted(rocksdb::DB* db, const rocksdb::FlushJobInfo&) override { tables_changed(*db); }
  void OnCompactionCompleted(rocksdb::DB* db, const rocksdb::CompactionJobInfo&) override { tables_changed(*db); }

 private:
  void tables_changed(rocksdb::DB&);

  mutable std::mutex mutex_;
  std::optional<error> first_failure_;
  std::shared_ptr<synced_marks> marks_;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> log_switched_ = true;
};

/// A database on disk.
class disk_store final : public rocksdb_store {
 public:
  disk_store(std::shared_ptr<rocksdb::DB>, std::string path, durability, std::shared_ptr<store_listener>,
             std::shared_ptr<synced_marks>);
  ~disk_store() override;

  result<void> write(const std::vector<const write_batch*>& batches, synced) override;
  std::uint64_t size_in_bytes() const override { return bytes_in_directory(path_); }

 private:
  const std::string path_;
  const rocksdb::WriteOptions write_options_;
  const std::shared_ptr<store_listener> listener_;
  const std::shared_ptr<synced_marks> marks_;
};

}  // namespace dynamo::engine

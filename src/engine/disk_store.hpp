#pragma once

#include <engine/rocksdb_store.hpp>
#include <engine/sync_mark.hpp>

#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace dynamo::engine {

/// What RocksDB's threads have to tell the store. Thread-safe.
class store_listener final : public rocksdb::EventListener {
 public:
  /// The first failure of a write in the foreground or the background; after it nothing is written any more.
  std::optional<error> first_failure() const;
  void note_failure(const error&);
  /// Whether writes go to another log than at the last call.
  bool log_switched() noexcept { return log_switched_.exchange(false, std::memory_order_acquire); }

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
  void OnMemTableSealed(const rocksdb::MemTableInfo&) override { log_switched_.store(true, std::memory_order_release); }

 private:
  mutable std::mutex mutex_;
  std::optional<error> first_failure_;
  std::atomic<bool> failed_ = false;
  std::atomic<bool> log_switched_ = true;
};

/// The file SYNCED, open for writing in place. Not thread-safe.
class mark_file {
 public:
  /// Writes `mark` to the file, which is made if it is not there, and syncs it.
  static rocksdb::IOStatus open(rocksdb::FileSystem&, const std::string& directory, const sync_mark&,
                                std::unique_ptr<mark_file>& out);
  const sync_mark& last() const noexcept { return last_; }
  /// Without a sync: the next generation.
  rocksdb::IOStatus write(std::uint64_t number, std::uint64_t log);
  rocksdb::IOStatus sync() { return file_->Sync(rocksdb::IOOptions(), nullptr); }

 private:
  mark_file(std::unique_ptr<rocksdb::FSRandomRWFile> file, const sync_mark& last)
      : file_(std::move(file)), last_(last) {}
  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  sync_mark last_;
};

/// A database on disk.
class disk_store final : public rocksdb_store {
 public:
  disk_store(std::shared_ptr<rocksdb::DB>, std::string path, durability, std::shared_ptr<store_listener>,
             std::unique_ptr<mark_file>);
  ~disk_store() override;

  result<void> write(const std::vector<const write_batch*>& batches, synced) override;
  std::uint64_t size_in_bytes() const override;

 private:
  void mark_synced();

  const std::string path_;
  const rocksdb::WriteOptions write_options_;
  const std::shared_ptr<store_listener> listener_;
  const std::unique_ptr<mark_file> mark_;
  std::uint64_t log_ = 0;  // number of the log that writes go to
  bool mark_failed_ = false;
};

}  // namespace dynamo::engine

#include "database_directory.hpp"
#include "directory_lock.hpp"
#include "disk_store.hpp"
#include "file_system.hpp"
#include "read_only_store.hpp"
#include "recovery.hpp"
#include "rocksdb_options.hpp"
#include "rocksdb_process.hpp"
#include "table_file.hpp"

#include <dynamo/base/log.hpp>

#include <rocksdb/env.h>
#include <rocksdb/wal_filter.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using rocksdb::IOStatus;

/// Leaves the logs alone, and is told from which one on they are needed.
class no_logs final : public rocksdb::WalFilter {
 public:
  std::uint64_t oldest_needed() const noexcept { return oldest_needed_; }
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& needed_from,
                                const std::map<std::string, std::uint32_t>&) override {
    for (const auto& [family, log] : needed_from) oldest_needed_ = log;  // there is one family
  }
  const char* Name() const override { return "dynamo"; }
  WalProcessingOption LogRecord(const rocksdb::WriteBatch&, rocksdb::WriteBatch*, bool*) const override {
    return WalProcessingOption::kStopReplay;
  }

 private:
  std::uint64_t oldest_needed_ = 0;
};

/// A directory that is being opened: what is done with its files until RocksDB takes over.
class opening {
 public:
  opening(std::string directory, const database_options& options)
      : path_(std::move(directory)), wanted_(options), rocksdb_(disk_options(options)) {
    if (options.files) {
      env_ = rocksdb::NewCompositeEnv(options.files->for_rocksdb());
      rocksdb_.env = env_.get();
    }
    files_ = rocksdb_.env->GetFileSystem();
  }

  result<std::unique_ptr<store>> run(const store_check& check) {
    // Once before the lock, whose file has no place in a directory of something else; then no other process changes what is there.
    auto found = look_at_names(*files_, path_, wanted_.create_if_missing);
    if (!found) return fail(std::move(found).error());
    auto held = directory_lock::take(path_);
    if (!held) return fail(std::move(held).error());
    lock_ = std::make_shared<directory_lock>(*std::move(held));
    found = look_at_names(*files_, path_, wanted_.create_if_missing);
    if (!found) return fail(std::move(found).error());
    recovery_plan plan;
    if (found->holds_database) {
      auto planned = make_plan(*found, check);
      if (!planned) return fail(std::move(planned).error());
      plan = std::move(*planned);
    }
    if (plan.what == recovery_plan::action::refuse) return fail(damaged_database(path_, plan.finding));
    if (plan.what == recovery_plan::action::repair) {
      rocksdb_.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    }
    if (!plan.finding.empty()) {
      log(plan.what == recovery_plan::action::repair ? log_level::warning : log_level::info,
          "The database " + path_ + " was not closed properly: " + plan.finding + ".");
    }
    return open(found->holds_database);
  }

 private:
  result<recovery_plan> make_plan(const database_directory& found, const store_check& check) {
    recovery_facts facts;
    std::string bytes;
    if (rocksdb::ReadFileToString(files_.get(), path_ + "/" + sync_mark::file_name, &bytes).ok()) {
      facts.mark = decode_file(bytes);
    }
    last_mark_ = facts.mark;
    if (!facts.mark) {
      log(log_level::warning, "The database " + path_ + " has no readable file " + sync_mark::file_name +
                                  ", which tells whether synced writes are missing. It is opened without this check.");
    }
    for (const auto& [number, name] : found.logs) {
      const IOStatus status = rocksdb::ReadFileToString(files_.get(), path_ + "/" + name, &bytes);
      if (!status.ok()) return fail(as_error(status, "reading the log " + name));
      facts.logs.push_back({number, scan_wal(bytes)});
    }
    auto end = read_manifest_end(*files_, path_);
    if (!end) return fail(std::move(end).error());
    facts.manifest = *end;
    if (auto looked = look_at_ends(found.tables); !looked) return fail(std::move(looked).error());
    if (auto looked = look_at_tables(facts, check); !looked) return fail(std::move(looked).error());
    return plan_recovery(facts);
  }

  /// Before RocksDB believes them. What cannot be read is for RocksDB to tell.
  result<void> look_at_ends(const std::vector<std::string>& tables) {
    const rocksdb::IOOptions how;
    for (const std::string& name : tables) {
      std::unique_ptr<rocksdb::FSRandomAccessFile> file;
      std::uint64_t size = 0;
      if (!files_->GetFileSize(path_ + "/" + name, how, &size, nullptr).ok()) continue;
      if (!files_->NewRandomAccessFile(path_ + "/" + name, rocksdb::FileOptions(), &file, nullptr).ok()) continue;
      const auto read = [&](std::uint64_t offset, std::size_t count) -> std::optional<std::string> {
        std::string bytes(count, '\0');
        rocksdb::Slice got;
        if (!file->Read(offset, count, how, &got, bytes.data(), nullptr).ok() || got.size() != count)
          return std::nullopt;
        return got.ToString();
      };
      if (!has_sound_end(size, read)) {
        return fail(damaged_database(path_, "the end of the file " + name + " was changed"));
      }
    }
    return {};
  }

  /// Asks RocksDB, which changes nothing when it opens to read only, about everything but the logs.
  result<void> look_at_tables(recovery_facts& facts, const store_check& check) {
    no_logs filter;
    rocksdb::Options options = rocksdb_;
    options.create_if_missing = false;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    options.wal_filter = &filter;
    auto db = open_to_read(options);
    if (!db) return fail(std::move(db).error());
    (*db)->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &facts.oldest_live_log);
    // That one is late after a repair of a log in which nothing could be read.
    facts.oldest_live_log = std::max(facts.oldest_live_log, filter.oldest_needed());
    facts.last_in_tables = (*db)->GetLatestSequenceNumber();
    if (!check) return {};
    auto sound = check(read_only_store(*db, path_, {errc::read_only, "It is only being looked at."}));
    if (!sound && sound.error().code() == errc::corruption) {
      return fail(damaged_database(path_, sound.error().message()));
    }
    return sound;
  }

  result<std::shared_ptr<rocksdb::DB>> open_to_read(const rocksdb::Options& options) {
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, path_, &opened);
    if (!status.ok()) return fail(open_failure(status));
    return owned(opened);
  }

  /// What RocksDB stands on lives as long as it does: cursors keep it longer than its store.
  std::shared_ptr<rocksdb::DB> owned(rocksdb::DB* opened) {
    return {opened, [env = env_, lock = lock_](rocksdb::DB* ended) { delete ended; }};
  }

  error open_failure(const rocksdb::Status& status) const {
    if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound()) {
      return damaged_database(path_, status.ToString());
    }
    if (status.IsInvalidArgument() || status.IsNotSupported()) {
      return {errc::invalid_argument, path_ + " was not written by this library: " + status.ToString() + "."};
    }
    return as_error(status, "opening " + path_);
  }

  result<std::unique_ptr<store>> open(bool holds_database) {
    auto listener = std::make_shared<store_listener>();
    rocksdb_.listeners = {listener};
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(rocksdb_, path_, &opened);
    if (holds_database && !advice_for_unwritable_disk(status).empty()) {
      return open_on_unwritable_disk(as_error(status, "opening " + path_));
    }
    if (!status.ok()) return fail(open_failure(status));
    const std::shared_ptr<rocksdb::DB> db = owned(opened);
    auto marks = std::make_shared<synced_marks>(path_);
    const sync_mark mark{last_mark_ ? last_mark_->generation + 1 : 0, db->GetLatestSequenceNumber(), 0,
                         wanted_.durability == durability::power_loss, end_of_manifest(*db)};
    const IOStatus marked = marks->begin(*files_, mark);
    if (!marked.ok() && advice_for_unwritable_disk(marked).empty()) return fail(as_error(marked, "opening " + path_));
    listener->watch(marks);
    return std::make_unique<disk_store>(db, path_, wanted_.durability, std::move(listener), std::move(marks));
  }

  /// What is there can be read all the same: RocksDB keeps in memory what it would have moved from the logs to tables.
  result<std::unique_ptr<store>> open_on_unwritable_disk(const error& why) {
    auto db = open_to_read(rocksdb_);
    if (!db) return fail(std::move(db).error());
    log(log_level::error, why.message() + " Until then it is open for reading only.");
    return std::make_unique<read_only_store>(*std::move(db), path_, why);
  }

  const std::string path_;
  const database_options& wanted_;
  rocksdb::Options rocksdb_;
  std::shared_ptr<directory_lock> lock_;
  std::shared_ptr<rocksdb::Env> env_;
  std::shared_ptr<rocksdb::FileSystem> files_;
  std::optional<sync_mark> last_mark_;
};

}  // namespace

result<std::unique_ptr<store>> open_store(const std::string& path, const database_options& options,
                                          const store_check& check) {
  if (options.durability == durability::memory) {
    return fail(errc::invalid_argument,
                "A database in the directory " + path +
                    " cannot be told to keep its data in memory only: open it in memory instead.");
  }
  if (auto here = enter_rocksdb_process(); !here) return fail(std::move(here).error());
  auto directory = find_directory(path, options.create_if_missing);
  if (!directory) return fail(std::move(directory).error());
  auto opened = opening(*std::move(directory), options).run(check);
  if (opened) guard_exit_of_children();
  return opened;
}

}  // namespace dynamo::engine

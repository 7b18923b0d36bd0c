#include <dynamo/base/log.hpp>
#include <engine/disk_store.hpp>
#include <engine/file_system.hpp>
#include <engine/recovery.hpp>
#include <engine/rocksdb_options.hpp>

#include <rocksdb/env.h>
#include <rocksdb/wal_filter.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

namespace dynamo::engine {
namespace {

using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::string_view log_suffix = ".log";

/// A directory that is being opened: its files, and what is done with them until RocksDB takes over.
class opening {
 public:
  opening(const std::string& path, const database_options& options)
      : path_(path), wanted_(options), rocksdb_(disk_options(options)) {
    if (options.files) {
      env_ = rocksdb::NewCompositeEnv(options.files->for_rocksdb());
      rocksdb_.env = env_.get();
    }
    files_ = rocksdb_.env->GetFileSystem();
  }
  ~opening() { unlock(); }
  opening(const opening&) = delete;
  opening& operator=(const opening&) = delete;

  result<std::unique_ptr<store>> run() {
    if (auto there = find_directory(); !there) return fail(there.error());
    if (auto locked = lock(); !locked) return fail(locked.error());
    if (auto ours = look_at_names(); !ours) return fail(ours.error());
    recovery_plan plan;
    if (exists_) {
      if (auto planned = make_plan(); !planned)
        return fail(planned.error());
      else
        plan = std::move(*planned);
    }
    if (plan.what == recovery_plan::action::refuse) return fail(damaged(plan.finding));
    if (plan.what == recovery_plan::action::repair) {
      rocksdb_.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    }
    unlock();
    return open(plan);
  }

 private:
  error damaged(const std::string& finding) const {
    return {errc::corruption,
            "The database " + path_ + " is damaged: " + finding +
                ". Nothing was changed. Restore the directory from a backup, and keep this one for a closer look."};
  }

  result<void> find_directory() {
    std::error_code failed;
    const auto status = std::filesystem::status(path_, failed);
    if (std::filesystem::is_directory(status)) return {};
    if (std::filesystem::exists(status)) {
      return fail(errc::invalid_argument, path_ + " is a file, but a database is a directory: name another path.");
    }
    if (status.type() != std::filesystem::file_type::not_found) {
      return fail(errc::storage, "The directory " + path_ + " cannot be reached: " + failed.message() + ".");
    }
    if (!wanted_.create_if_missing) {
      return fail(errc::invalid_argument, "There is no database " + path_ + ", and create_if_missing is off.");
    }
    std::filesystem::create_directories(path_, failed);
    if (failed) return fail(errc::storage, "The directory " + path_ + " cannot be made: " + failed.message() + ".");
    return {};
  }

  /// RocksDB takes the same lock again: what is looked at before must not change meanwhile.
  result<void> lock() {
    const IOStatus status = files_->LockFile(path_ + "/LOCK", IOOptions(), &lock_, nullptr);
    if (status.ok()) return {};
    lock_ = nullptr;
    return fail(lock_failure(status));
  }
  void unlock() {
    if (lock_ != nullptr) (void)files_->UnlockFile(std::exchange(lock_, nullptr), IOOptions(), nullptr);
  }
  error lock_failure(const rocksdb::Status& status) const {
    const std::string text = status.ToString();
    // RocksDB has no code of its own for this.
    if (text.find("lock hold by current process") != text.npos || text.find("While lock file") != text.npos) {
      return {errc::in_use,
              "The database " + path_ +
                  " is in use, by another process or by another handle in this one: a directory is open only "
                  "once at a time. Close the other one, share its handle, or name another directory."};
    }
    return as_error(status, "opening " + path_);
  }

  /// Finds the logs, and refuses a directory that something else lives in.
  result<void> look_at_names() {
    std::vector<std::string> names;
    const IOStatus status = files_->GetChildren(path_, IOOptions(), &names, nullptr);
    if (!status.ok()) return fail(as_error(status, "opening " + path_));
    std::string stranger;
    bool tables = false;
    for (const std::string& name : names) {
      std::uint64_t number = 0;
      if (name == "CURRENT") exists_ = true;
      if (name.ends_with(".sst")) tables = true;
      if (name.ends_with(log_suffix) &&
          std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc{}) {
        logs_.emplace_back(number, name);
      }
      if (!may_be_here(name)) stranger = name;
    }
    std::ranges::sort(logs_);
    if (exists_) return {};
    const bool logs_hold_something = std::ranges::any_of(logs_, [&](const auto& log) {
      std::uint64_t size = 0;
      return files_->GetFileSize(path_ + "/" + log.second, IOOptions(), &size, nullptr).ok() && size != 0;
    });
    if (tables || logs_hold_something) return fail(damaged("its file CURRENT is missing, but data is there"));
    if (!stranger.empty()) {
      return fail(errc::invalid_argument, "The directory " + path_ +
                                              " is not a database, and it is not empty: it holds " + stranger +
                                              ". Name an empty directory or one that does not exist.");
    }
    if (!wanted_.create_if_missing) {
      return fail(errc::invalid_argument, "There is no database in " + path_ + ", and create_if_missing is off.");
    }
    return {};
  }
  static bool may_be_here(std::string_view name) {
    constexpr std::string_view exact[] = {"CURRENT", "IDENTITY", "LOCK", sync_mark::file_name, "lost+found"};
    return std::ranges::find(exact, name) != std::end(exact) || name.starts_with('.') ||
           name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") || name.starts_with("LOG") ||
           name.ends_with(log_suffix) || name.ends_with(".sst") || name.ends_with(".dbtmp");
  }

  result<recovery_plan> make_plan() {
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
    for (const auto& [number, name] : logs_) {
      const IOStatus status = rocksdb::ReadFileToString(files_.get(), path_ + "/" + name, &bytes);
      if (!status.ok()) return fail(as_error(status, "reading the log " + name));
      facts.logs.push_back({number, scan_wal(bytes)});
    }
    recovery_plan plan = plan_recovery(facts);
    if (plan.what != recovery_plan::action::look_closer) return plan;
    auto oldest = find_oldest_live_log();
    if (!oldest) return fail(oldest.error());
    facts.oldest_live_log = *oldest;
    return plan_recovery(facts);
  }

  /// Asks RocksDB, which changes nothing when it opens to read only, to look at everything but the logs.
  result<std::uint64_t> find_oldest_live_log() {
    struct no_logs final : rocksdb::WalFilter {
      const char* Name() const override { return "dynamo"; }
      WalProcessingOption LogRecord(const rocksdb::WriteBatch&, rocksdb::WriteBatch*, bool*) const override {
        return WalProcessingOption::kStopReplay;
      }
    } filter;
    rocksdb::Options options = rocksdb_;
    options.create_if_missing = false;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    options.wal_filter = &filter;
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, path_, &opened);
    const std::unique_ptr<rocksdb::DB> db(opened);
    if (!status.ok()) return fail(open_failure(status));
    std::uint64_t oldest = 0;
    db->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &oldest);
    return oldest;
  }

  error open_failure(const rocksdb::Status& status) const {
    if (status.IsCorruption() || status.IsPathNotFound() || status.IsNotFound()) return damaged(status.ToString());
    if (status.IsInvalidArgument() || status.IsNotSupported()) {
      return {errc::invalid_argument, path_ + " was not written by this library: " + status.ToString() + "."};
    }
    return lock_failure(status);
  }

  result<std::unique_ptr<store>> open(const recovery_plan& plan) {
    auto listener = std::make_shared<store_listener>();
    rocksdb_.listeners = {listener};
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(rocksdb_, path_, &opened);
    if (!status.ok()) return fail(open_failure(status));
    // The environment must outlive RocksDB, and cursors keep RocksDB alive.
    const std::shared_ptr<rocksdb::DB> db(
        opened, [env = std::shared_ptr<rocksdb::Env>(std::move(env_))](rocksdb::DB* ended) { delete ended; });
    const std::uint64_t number = db->GetLatestSequenceNumber();
    if (last_mark_ && number < last_mark_->number) {
      return fail(errc::corruption, "The database " + path_ + " is damaged: writes up to number " +
                                        std::to_string(last_mark_->number) +
                                        " were synced to the disk, but only those up to " + std::to_string(number) +
                                        " were found. Restore the directory from a backup.");
    }
    const sync_mark mark{last_mark_ ? last_mark_->generation + 1 : 0, number, 0,
                         wanted_.durability == durability::power_loss};
    std::unique_ptr<mark_file> marks;
    if (const IOStatus marked = mark_file::open(*files_, path_, mark, marks); !marked.ok()) {
      return fail(as_error(marked, "opening " + path_));
    }
    if (!plan.finding.empty()) {
      log(plan.what == recovery_plan::action::repair ? log_level::warning : log_level::info,
          "The database " + path_ + " was not closed properly: " + plan.finding + ".");
    }
    return std::make_unique<disk_store>(db, path_, wanted_.durability, std::move(listener), std::move(marks));
  }

  const std::string& path_;
  const database_options& wanted_;
  rocksdb::Options rocksdb_;
  std::unique_ptr<rocksdb::Env> env_;
  std::shared_ptr<rocksdb::FileSystem> files_;
  rocksdb::FileLock* lock_ = nullptr;
  bool exists_ = false;
  std::vector<std::pair<std::uint64_t, std::string>> logs_;  // number and name, ascending
  std::optional<sync_mark> last_mark_;
};

}  // namespace

result<std::unique_ptr<store>> open_store(const std::string& path, const database_options& options) {
  if (options.durability == durability::memory) {
    return fail(errc::invalid_argument,
                "A database in the directory " + path +
                    " cannot be told to keep its data in memory only: open it in memory instead.");
  }
  return opening(path, options).run();
}

}  // namespace dynamo::engine

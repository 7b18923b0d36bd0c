#include <engine/disk_store.hpp>

#include <dynamo/base/log.hpp>
#include <engine/rocksdb_options.hpp>

#include <rocksdb/transaction_log.h>

#include <filesystem>
#include <system_error>

namespace dynamo::engine {

std::optional<error> store_listener::first_failure() const {
  if (!failed_.load(std::memory_order_acquire)) return {};
  const std::scoped_lock lock(mutex_);
  return first_failure_;
}

void store_listener::note_failure(const error& failure) {
  const std::scoped_lock lock(mutex_);
  if (!first_failure_) first_failure_ = failure;
  failed_.store(true, std::memory_order_release);
}

void store_listener::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) {
  // A failed write is also told to its caller, who notes it with better words.
  if (reason == rocksdb::BackgroundErrorReason::kWriteCallback) return;
  const error failure = as_error(*status, "writing in the background");
  note_failure(failure);
  log(log_level::error, failure.message() + " No further write is accepted until the database is opened again.");
}

rocksdb::IOStatus mark_file::open(rocksdb::FileSystem& files, const std::string& directory, const sync_mark& mark,
                                  std::unique_ptr<mark_file>& out) {
  const rocksdb::IOOptions io;
  const std::string path = directory + "/" + sync_mark::file_name;
  std::uint64_t size = 0;
  rocksdb::IOStatus status = files.GetFileSize(path, io, &size, nullptr);
  if (!status.ok() || size != encode_file(mark).size()) {
    status = rocksdb::WriteStringToFile(&files, encode_file(mark), path, true);
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSDirectory> entries;
    status = files.NewDirectory(directory, io, &entries, nullptr);
    if (status.ok()) status = entries->Fsync(io, nullptr);
    if (!status.ok()) return status;
  }
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  status = files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return status;
  out.reset(new mark_file(std::move(file), mark));
  status = out->file_->Write(slot_offset(mark.generation), encode_slot(mark), io, nullptr);
  return status.ok() ? out->sync() : status;
}

rocksdb::IOStatus mark_file::write(std::uint64_t number, std::uint64_t log) {
  last_ = {last_.generation + 1, number, log, last_.every_write};
  return file_->Write(slot_offset(last_.generation), encode_slot(last_), rocksdb::IOOptions(), nullptr);
}

disk_store::disk_store(std::shared_ptr<rocksdb::DB> db, std::string path, durability wanted,
                       std::shared_ptr<store_listener> listener, std::unique_ptr<mark_file> mark)
    : rocksdb_store(std::move(db), {}),
      path_(std::move(path)),
      write_options_(write_options(wanted)),
      listener_(std::move(listener)),
      mark_(std::move(mark)) {}

disk_store::~disk_store() {
  if (listener_->first_failure()) return;
  // Closing is the last chance to keep what was promised to survive the process only.
  if (!write_options_.sync && db().SyncWAL().ok()) mark_synced();
  if (!mark_failed_) (void)mark_->sync();
}

result<void> disk_store::write(const std::vector<const write_batch*>& batches, synced how) {
  if (const std::optional<error> failure = listener_->first_failure()) {
    return fail(errc::read_only,
                "The database " + path_ +
                    " accepts no writes until it is opened again, because one failed: " + failure->message());
  }
  rocksdb::WriteOptions options = write_options_;
  if (how == synced::always) options.sync = true;
  const rocksdb::Status status = apply(batches, options);
  if (!status.ok()) {
    error failure = as_error(status, "writing to " + path_);
    listener_->note_failure(failure);
    return fail(std::move(failure));
  }
  if (options.sync) mark_synced();
  return {};
}

void disk_store::mark_synced() {
  const std::uint64_t number = db().GetLatestSequenceNumber();
  if (mark_failed_ || number == mark_->last().number) return;  // nothing was written: the log may hold nothing either
  // Only a write makes RocksDB begin another log, and it writes to the new one: asking after the write names the right one.
  if (listener_->log_switched()) {
    std::unique_ptr<rocksdb::LogFile> current;
    if (db().GetCurrentWalFile(&current).ok()) log_ = current->LogNumber();
  }
  if (mark_->write(number, log_).ok()) return;
  mark_failed_ = true;  // nothing is lost by this: the next recovery knows less
  log(log_level::warning, "The database " + path_ + " cannot write its file " + sync_mark::file_name + ".");
}

std::uint64_t disk_store::size_in_bytes() const {
  std::uint64_t total = 0;
  std::error_code ignored;
  for (std::filesystem::directory_iterator file(path_, ignored), end; !ignored && file != end;
       file.increment(ignored)) {
    std::error_code gone;  // RocksDB may remove a file meanwhile
    const std::uintmax_t size = file->file_size(gone);
    if (!gone) total += size;
  }
  return total;
}

}  // namespace dynamo::engine

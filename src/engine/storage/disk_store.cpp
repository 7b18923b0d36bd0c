#include "disk_store.hpp"

#include "rocksdb_options.hpp"

#include <dynamo/base/log.hpp>

#include <rocksdb/transaction_log.h>

#include <charconv>
#include <utility>

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
  // First the reason, then the writes that fail for it.
  log(log_level::error, failure.message() + " No further write is accepted until the database is opened again.");
  note_failure(failure);
}

void store_listener::watch(std::shared_ptr<synced_marks> marks) {
  const std::scoped_lock lock(mutex_);
  marks_ = std::move(marks);
}

void store_listener::tables_changed(rocksdb::DB& db) {
  std::shared_ptr<synced_marks> marks;
  {
    const std::scoped_lock lock(mutex_);
    marks = marks_;
  }
  if (marks) marks->tables_changed(db);
}

manifest_end end_of_manifest(rocksdb::DB& db) {
  constexpr std::string_view prefix = "/MANIFEST-";
  std::vector<std::string> names;
  std::uint64_t bytes = 0;
  if (!db.GetLiveFiles(names, &bytes, false).ok()) return {};
  for (const std::string& name : names) {
    std::uint64_t number = 0;
    if (name.starts_with(prefix) &&
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number).ec == std::errc{}) {
      return {number, bytes};
    }
  }
  return {};
}

synced_marks::synced_marks(std::string directory) : directory_(std::move(directory)) {}

rocksdb::IOStatus synced_marks::begin(rocksdb::FileSystem& files, const sync_mark& mark) {
  const std::scoped_lock lock(mutex_);
  const rocksdb::IOOptions io;
  const std::string path = directory_ + "/" + sync_mark::file_name;
  std::uint64_t size = 0;
  rocksdb::IOStatus status = files.GetFileSize(path, io, &size, nullptr);
  if (!status.ok() || size != encode_file(mark).size()) {
    status = rocksdb::WriteStringToFile(&files, encode_file(mark), path, true);
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSDirectory> entries;
    status = files.NewDirectory(directory_, io, &entries, nullptr);
    if (status.ok()) status = entries->Fsync(io, nullptr);
    if (!status.ok()) return status;
  }
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  status = files.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (status.ok()) status = file->Write(slot_offset(mark.generation), encode_slot(mark), io, nullptr);
  if (status.ok()) status = file->Sync(io, nullptr);
  if (!status.ok()) return status;
  file_ = std::move(file);
  last_ = mark;
  return status;
}

void synced_marks::writes_synced(rocksdb::DB& db, bool log_switched) {
  const std::scoped_lock lock(mutex_);
  sync_mark next = last_;
  next.number = db.GetLatestSequenceNumber();
  if (next.number == last_.number) return;  // nothing was written: the log may hold nothing either
  // A write that makes RocksDB begin another log goes to the new one: asking after the write names the right one. A flush that was asked for
  // begins one that is empty: what was written is in tables then, or in older logs that RocksDB keeps until it is.
  if (log_switched || log_ == 0) {
    std::unique_ptr<rocksdb::LogFile> current;
    if (db.GetCurrentWalFile(&current).ok()) log_ = current->SizeFileBytes() == 0 ? 0 : current->LogNumber();
  }
  next.log = log_;
  write(next);
}

void synced_marks::tables_changed(rocksdb::DB& db) {
  const manifest_end end = end_of_manifest(db);
  const std::scoped_lock lock(mutex_);
  if (end <= last_.manifest) return;  // told by another thread, later
  sync_mark next = last_;
  next.manifest = end;
  write(next);
}

void synced_marks::write(sync_mark next) {
  if (!file_) return;
  ++next.generation;
  last_ = next;
  if (file_->Write(slot_offset(next.generation), encode_slot(next), rocksdb::IOOptions(), nullptr).ok()) return;
  file_.reset();  // nothing is lost by this: the next recovery knows less
  log(log_level::warning, "The database " + directory_ + " cannot write its file " + sync_mark::file_name + ".");
}

void synced_marks::close() {
  const std::scoped_lock lock(mutex_);
  if (file_) (void)file_->Sync(rocksdb::IOOptions(), nullptr);
}

disk_store::disk_store(std::shared_ptr<rocksdb::DB> db, std::string path, durability wanted,
                       std::shared_ptr<store_listener> listener, std::shared_ptr<synced_marks> marks)
    : rocksdb_store(std::move(db), {}),
      path_(std::move(path)),
      write_options_(write_options(wanted)),
      listener_(std::move(listener)),
      marks_(std::move(marks)) {}

disk_store::~disk_store() {
  if (listener_->first_failure()) return;
  // Closing is the last chance to keep what was promised to survive the process only.
  if (!write_options_.sync && db().SyncWAL().ok()) marks_->writes_synced(db(), listener_->log_switched());
  marks_->close();
}

result<void> disk_store::write(const std::vector<const write_batch*>& batches, synced how) {
  if (const std::optional<error> failure = listener_->first_failure()) return fail(writes_refused(path_, *failure));
  rocksdb::WriteOptions options = write_options_;
  if (how == synced::always) options.sync = true;
  const rocksdb::Status status = apply(batches, options);
  if (!status.ok()) {
    error failure = as_error(status, "writing to " + path_);
    listener_->note_failure(failure);
    return fail(std::move(failure));
  }
  if (options.sync) marks_->writes_synced(db(), listener_->log_switched());
  return {};
}

}  // namespace dynamo::engine

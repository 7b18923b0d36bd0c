#include <testing/simulated_files.hpp>

#include <rocksdb/file_system.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace dynamo::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using operation = disk_fault::operation;

IOStatus failed(const std::string& doing, const std::string& path) {
  const std::error_code why(errno, std::generic_category());
  if (why == std::errc::no_such_file_or_directory) return IOStatus::PathNotFound(doing + " " + path, why.message());
  return IOStatus::IOError(doing + " " + path, why.message());
}

IOStatus power(const disk_state& disk) {
  return disk.crashed ? IOStatus::IOError("the simulated disk has crashed") : IOStatus::OK();
}

/// What RocksDB makes of an errno that it has no status for.
IOStatus failed(int why, const std::string& path) {
  return IOStatus::IOError("While writing " + path, std::generic_category().message(why));
}

/// Whether files can be reopened, removed, renamed and locked.
IOStatus mounted(const disk_state& disk, const std::string& path) {
  if (IOStatus on = power(disk); !on.ok()) return on;
  return disk.faults.read_only() ? failed(EROFS, path) : IOStatus::OK();
}

IOStatus attempt(disk_state& disk, operation what, const std::string& path) {
  const auto fault = disk.faults.next(what, path);
  if (IOStatus on = power(disk); !on.ok()) return on;
  if (!fault) return IOStatus::OK();
  switch (*fault) {
    case disk_fault::kind::no_space: return IOStatus::NoSpace("No space left on the simulated disk", path);
    case disk_fault::kind::quota_used_up: return failed(EDQUOT, path);
    case disk_fault::kind::read_only: return failed(EROFS, path);
    case disk_fault::kind::io_error: break;
  }
  return IOStatus::IOError("the simulated disk fails", path);
}

/// What the kinds of open files share.
struct open_file {
  std::shared_ptr<disk_state> disk;
  std::string path;
  volatile_files::file file;

  IOStatus write(std::uint64_t offset, const Slice& bytes) const {
    if (IOStatus allowed = attempt(*disk, operation::append, path); !allowed.ok()) return allowed;
    return disk->files.write(file, offset, {bytes.data(), bytes.size()}) ? IOStatus::OK() : failed("writing", path);
  }
  IOStatus sync() const {
    if (IOStatus allowed = attempt(*disk, operation::sync, path); !allowed.ok()) return allowed;
    if (disk->options.pretend_to_sync_logs && is_log(path)) return IOStatus::OK();
    return disk->files.sync(file) ? IOStatus::OK() : failed("syncing", path);
  }
  IOStatus read(std::uint64_t offset, std::size_t n, Slice* result, char* scratch) const {
    *result = Slice();
    if (IOStatus on = power(*disk); !on.ok()) return on;
    const auto got = disk->files.read(file, offset, n, scratch);
    if (!got) return failed("reading", path);
    *result = Slice(scratch, *got);
    return IOStatus::OK();
  }
};

class writable final : public rocksdb::FSWritableFile {
 public:
  writable(open_file opened, std::uint64_t size) : opened_(std::move(opened)), size_(size) {}
  using FSWritableFile::Append;
  IOStatus Append(const Slice& bytes, const IOOptions&, IODebugContext*) override {
    IOStatus done = opened_.write(size_, bytes);
    if (done.ok()) size_ += bytes.size();
    return done;
  }
  IOStatus Truncate(std::uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return opened_.sync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return opened_.sync(); }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

 private:
  const open_file opened_;
  std::uint64_t size_;
};

class random_access final : public rocksdb::FSRandomAccessFile {
 public:
  explicit random_access(open_file opened) : opened_(std::move(opened)) {}
  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return opened_.read(offset, n, result, scratch);
  }

 private:
  const open_file opened_;
};

class sequential final : public rocksdb::FSSequentialFile {
 public:
  explicit sequential(open_file opened) : opened_(std::move(opened)) {}
  IOStatus Read(std::size_t n, const IOOptions&, Slice* result, char* scratch, IODebugContext*) override {
    IOStatus done = opened_.read(at_, n, result, scratch);
    at_ += result->size();
    return done;
  }
  IOStatus Skip(std::uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }

 private:
  const open_file opened_;
  std::uint64_t at_ = 0;
};

class random_rw final : public rocksdb::FSRandomRWFile {
 public:
  explicit random_rw(open_file opened) : opened_(std::move(opened)) {}
  IOStatus Write(std::uint64_t offset, const Slice& bytes, const IOOptions&, IODebugContext*) override {
    return opened_.write(offset, bytes);
  }
  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) const override {
    return opened_.read(offset, n, result, scratch);
  }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return opened_.sync(); }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override { return opened_.sync(); }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  const open_file opened_;
};

class directory final : public rocksdb::FSDirectory {
 public:
  directory(std::shared_ptr<disk_state> disk, std::string path) : disk_(std::move(disk)), path_(std::move(path)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    if (IOStatus allowed = attempt(*disk_, operation::sync, path_); !allowed.ok()) return allowed;
    return disk_->files.sync_directory(path_) ? IOStatus::OK() : failed("syncing", path_);
  }

 private:
  const std::shared_ptr<disk_state> disk_;
  const std::string path_;
};

/// RocksDB's calls, on the state. Locks and directories are the machine's own.
class simulated_files final : public rocksdb::FileSystemWrapper {
 public:
  explicit simulated_files(std::shared_ptr<disk_state> disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(std::move(disk)) {}
  const char* Name() const override { return "dynamo_simulated_disk"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* out, IODebugContext*) override {
    return open<sequential>(path, out);
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* out, IODebugContext*) override {
    return open<random_access>(path, out);
  }
  IOStatus NewRandomRWFile(const std::string& path, const FileOptions&, std::unique_ptr<rocksdb::FSRandomRWFile>* out,
                           IODebugContext*) override {
    if (IOStatus allowed = mounted(*disk_, path); !allowed.ok()) return allowed;
    return open<random_rw>(path, out);
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions&, std::unique_ptr<rocksdb::FSWritableFile>* out,
                           IODebugContext*) override {
    if (IOStatus allowed = attempt(*disk_, operation::any_write, path); !allowed.ok()) return allowed;
    auto made = disk_->files.create(path);
    if (made == nullptr) return failed("making", path);
    *out = std::make_unique<writable>(open_file{disk_, path, std::move(made)}, 0);
    return IOStatus::OK();
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* out, IODebugContext* context) override {
    const auto size = disk_->files.size(path);
    if (!size) return NewWritableFile(path, options, out, context);
    if (IOStatus allowed = mounted(*disk_, path); !allowed.ok()) return allowed;
    auto opened = disk_->files.open(path);
    if (opened == nullptr) return failed("opening", path);
    *out = std::make_unique<writable>(open_file{disk_, path, std::move(opened)}, *size);
    return IOStatus::OK();
  }
  IOStatus ReuseWritableFile(const std::string&, const std::string&, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) override {
    return IOStatus::NotSupported("reusing files");
  }
  IOStatus NewMemoryMappedFileBuffer(const std::string&, std::unique_ptr<rocksdb::MemoryMappedFileBuffer>*) override {
    return IOStatus::NotSupported("mapping files");
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions&, std::unique_ptr<rocksdb::FSDirectory>* out,
                        IODebugContext*) override {
    *out = std::make_unique<directory>(disk_, path);
    return power(*disk_);
  }

  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    if (IOStatus on = power(*disk_); !on.ok()) return on;
    return disk_->files.exists(path) ? IOStatus::OK() : IOStatus::NotFound(path);
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size, IODebugContext*) override {
    if (IOStatus on = power(*disk_); !on.ok()) return on;
    const auto found = disk_->files.size(path);
    if (!found) return failed("measuring", path);
    *size = *found;
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t*, IODebugContext*) override {
    return IOStatus::NotSupported("modification times");
  }
  IOStatus GetChildren(const std::string& path, const IOOptions& options, std::vector<std::string>* names,
                       IODebugContext* context) override {
    if (IOStatus on = power(*disk_); !on.ok()) return on;
    IOStatus listed = FileSystemWrapper::GetChildren(path, options, names, context);
    if (listed.ok()) disk_->files.correct_listing(path, *names);
    return listed;
  }
  IOStatus GetChildrenFileAttributes(const std::string& path, const IOOptions& options,
                                     std::vector<rocksdb::FileAttributes>* found, IODebugContext* context) override {
    // Not the wrapper's, which would ask the real files: the general one is made of GetChildren() and GetFileSize().
    // NOLINTNEXTLINE(bugprone-parent-virtual-call)
    return FileSystem::GetChildrenFileAttributes(path, options, found, context);
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    if (IOStatus allowed = mounted(*disk_, path); !allowed.ok()) return allowed;
    return disk_->files.remove(path) ? IOStatus::OK() : failed("removing", path);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override {
    if (IOStatus allowed = mounted(*disk_, from); !allowed.ok()) return allowed;
    return disk_->files.rename(from, to) ? IOStatus::OK() : failed("renaming", from);
  }
  IOStatus LockFile(const std::string& path, const IOOptions& options, rocksdb::FileLock** lock,
                    IODebugContext* context) override {
    if (disk_->faults.read_only()) return failed(EROFS, path);
    return FileSystemWrapper::LockFile(path, options, lock, context);
  }
  IOStatus Truncate(const std::string&, std::size_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("truncating files");
  }
  IOStatus LinkFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("linking files");
  }

 private:
  template <class File, class Base>
  IOStatus open(const std::string& path, std::unique_ptr<Base>* out) {
    if (IOStatus on = power(*disk_); !on.ok()) return on;
    auto opened = disk_->files.open(path);
    if (opened == nullptr) return failed("opening", path);
    *out = std::make_unique<File>(open_file{disk_, path, std::move(opened)});
    return IOStatus::OK();
  }

  const std::shared_ptr<disk_state> disk_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_rocksdb_files(std::shared_ptr<disk_state> disk) {
  return std::make_shared<simulated_files>(std::move(disk));
}

}  // namespace dynamo::testing

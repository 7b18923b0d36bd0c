#include "rocksdb_options.hpp"
#include "rocksdb_process.hpp"
#include "rocksdb_store.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

using name_space_id = std::uint32_t;

std::string big_endian(name_space_id number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
          static_cast<char>(number)};
}

/// The first read after a range was erased sorts all erased ranges that are not in tables yet: 64 cost 5 us, 3000 cost 3 ms.
constexpr unsigned range_erasures_until_flush = 64;

/// Files in memory, but for the one that keeps the options for the next program: RocksDB writes it, reads it back and parses it, which is
/// nearly half of what opening costs, and does without if it cannot.
class files_in_memory final : public rocksdb::FileSystemWrapper {
 public:
  explicit files_in_memory(std::unique_ptr<rocksdb::Env> memory)
      : FileSystemWrapper(memory->GetFileSystem()), memory_(std::move(memory)) {}
  const char* Name() const override { return "dynamo::files_in_memory"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    if (name.find("/OPTIONS-") != std::string::npos) return rocksdb::IOStatus::NotSupported();
    return FileSystemWrapper::NewWritableFile(name, options, file, context);
  }

 private:
  std::unique_ptr<rocksdb::Env> memory_;
};

/// What all databases in memory share. Never closed: a database may be used while the program ends.
class shared_memory {
 public:
  static shared_memory& instance() {
    static shared_memory& made = *new shared_memory;
    return made;
  }

  const std::shared_ptr<rocksdb::DB>& db() const noexcept { return db_; }
  const rocksdb::Status& status() const noexcept { return status_; }
  std::uint32_t new_name_space() noexcept { return next_name_space_.fetch_add(1, std::memory_order_relaxed); }

  /// Moves erased ranges, and what they cover, out of the way of readers once there are many.
  void note_range_erasures(unsigned count) {
    if (count == 0 || erasures_.fetch_add(count, std::memory_order_relaxed) + count < range_erasures_until_flush)
      return;
    erasures_.store(0, std::memory_order_relaxed);
    rocksdb::FlushOptions options;
    options.wait = false;
    options.allow_write_stall = true;
    (void)db_->Flush(options);  // only a matter of speed
  }

 private:
  shared_memory() {
    rocksdb::DB* db = nullptr;
    env_ = rocksdb::NewCompositeEnv(
        std::make_shared<files_in_memory>(std::unique_ptr<rocksdb::Env>(rocksdb::NewMemEnv(rocksdb::Env::Default()))));
    status_ = rocksdb::DB::Open(memory_options(env_.get(), sizeof(name_space_id)), "/dynamo", &db);
    db_.reset(db);
  }

  std::unique_ptr<rocksdb::Env> env_;
  std::shared_ptr<rocksdb::DB> db_;
  rocksdb::Status status_;
  std::atomic<name_space_id> next_name_space_ = 1;
  std::atomic<unsigned> erasures_ = 0;
};

unsigned range_erasures_in(const std::vector<const write_batch*>& batches) {
  unsigned count = 0;
  for (const write_batch* batch : batches) {
    for (const write_batch::operation& op : batch->operations()) count += op.what == write_batch::kind::erase_range;
  }
  return count;
}

/// A name space in the memory that all databases in memory share.
class memory_store final : public rocksdb_store {
 public:
  memory_store(shared_memory& shared, name_space_id name_space)
      : rocksdb_store(shared.db(), big_endian(name_space)), shared_(shared), end_(big_endian(name_space + 1)) {}
  ~memory_store() override {
    write_batch all;
    all.erase_range(prefix(), end_);
    (void)write({&all}, synced::as_opened);
  }

  result<void> write(const std::vector<const write_batch*>& batches, synced) override {
    const rocksdb::Status status = apply(batches, write_options(durability::memory));
    if (!status.ok()) return fail(as_error(status, "writing to memory"));
    shared_.note_range_erasures(range_erasures_in(batches));
    return {};
  }
  std::uint64_t size_in_bytes() const override { return size_of_range(prefix(), end_); }

 private:
  shared_memory& shared_;
  const std::string end_;
};

}  // namespace

result<std::unique_ptr<store>> open_memory_store(const database_options&) {
  if (auto here = enter_rocksdb_process(); !here) return fail(std::move(here).error());
  shared_memory& shared = shared_memory::instance();
  guard_exit_of_children();
  if (!shared.status().ok()) return fail(as_error(shared.status(), "opening a database in memory"));
  return std::make_unique<memory_store>(shared, shared.new_name_space());
}

}  // namespace dynamo::engine

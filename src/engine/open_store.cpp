#include <engine/rocksdb_options.hpp>
#include <engine/rocksdb_store.hpp>

#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>

namespace dynamo::engine {
namespace {

/// A database on disk.
class disk_store final : public rocksdb_store {
 public:
  disk_store(std::shared_ptr<rocksdb::DB> db, std::string path, const rocksdb::WriteOptions& options)
      : rocksdb_store(std::move(db), {}), path_(std::move(path)), write_options_(options) {}

  result<void> write(const std::vector<const write_batch*>& batches, synced how) override {
    if (first_failure_) return fail(errc::read_only, *first_failure_);
    rocksdb::WriteOptions options = write_options_;
    if (how == synced::always) options.sync = true;
    const rocksdb::Status status = apply(batches, options);
    if (status.ok()) return {};
    error failure = as_error(status, "writing to " + path_);
    first_failure_ = "The database " + path_ +
                     " accepts no writes until it is opened again, because a write failed: " + failure.message();
    return fail(std::move(failure));
  }

  std::uint64_t size_in_bytes() const override {
    std::uint64_t total = 0;
    std::error_code ignored;
    for (std::filesystem::directory_iterator file(path_, ignored), end; !ignored && file != end;
         file.increment(ignored)) {
      std::error_code gone;
      const std::uintmax_t size = file->file_size(gone);
      if (!gone) total += size;
    }
    return total;
  }

 private:
  const std::string path_;
  const rocksdb::WriteOptions write_options_;
  std::optional<std::string> first_failure_;
};

}  // namespace

result<std::unique_ptr<store>> open_store(const std::string& path, const database_options& options) {
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(disk_options(options), path, &db);
  if (!status.ok()) return fail(as_error(status, "opening " + path));
  return std::make_unique<disk_store>(std::shared_ptr<rocksdb::DB>(db), path, write_options(options.durability));
}

}  // namespace dynamo::engine

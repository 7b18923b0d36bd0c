#include <engine/rocksdb_options.hpp>
#include <engine/rocksdb_store.hpp>

#include <rocksdb/env.h>

#include <atomic>
#include <cstdint>

namespace dynamo::engine {
namespace {

std::string big_endian(std::uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
          static_cast<char>(number)};
}

/// A name space in the memory that all databases in memory share.
class memory_store final : public rocksdb_store {
 public:
  memory_store(std::shared_ptr<rocksdb::DB> db, std::uint32_t name_space)
      : rocksdb_store(std::move(db), big_endian(name_space)), end_(big_endian(name_space + 1)) {}
  ~memory_store() override {
    write_batch all;
    all.erase_range(prefix(), end_);
    (void)apply({&all}, write_options(durability::memory));
  }

  result<void> write(const std::vector<const write_batch*>& batches, synced) override {
    const rocksdb::Status status = apply(batches, write_options(durability::memory));
    if (!status.ok()) return fail(as_error(status, "writing to memory"));
    return {};
  }
  std::uint64_t size_in_bytes() const override { return size_of_range(prefix(), end_); }

 private:
  const std::string end_;
};

struct shared_memory {
  std::shared_ptr<rocksdb::DB> db;
  rocksdb::Status status;
  std::atomic<std::uint32_t> next_name_space{1};
};

/// Never closed: a database may be used while the program ends.
shared_memory& the_shared_memory() {
  static shared_memory& instance = *[] {
    auto* made = new shared_memory;
    rocksdb::DB* db = nullptr;
    made->status = rocksdb::DB::Open(memory_options(rocksdb::NewMemEnv(rocksdb::Env::Default())), "/dynamo", &db);
    made->db.reset(db);
    return made;
  }();
  return instance;
}

}  // namespace

result<std::unique_ptr<store>> open_memory_store(const database_options&) {
  shared_memory& shared = the_shared_memory();
  if (!shared.status.ok()) return fail(as_error(shared.status, "opening a database in memory"));
  return std::make_unique<memory_store>(shared.db, shared.next_name_space.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace dynamo::engine

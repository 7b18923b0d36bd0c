#pragma once

#include "order_database.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::bench {

/// What operations on a table of orders come down to in the bare RocksDB beside it: as many reads and writes of the same rows.
class bare_orders {
 public:
  explicit bare_orders(const order_database& db) : db_(db) {}

  void get(std::string_view key) {
    value_.Reset();
    const rocksdb::Slice at(key.data(), key.size());
    if (!db_.bare()->Get(read_, db_.bare()->DefaultColumnFamily(), at, &value_).ok()) give_up("the bare get failed");
  }
  void put(const order_database::sample& one) {
    if (!db_.bare()->Put(write_, one.key, one.row).ok()) give_up("the bare put failed");
  }
  /// The row with this key and the 99 after it.
  void query(const std::string& first) {
    query(first, [](std::string_view) {});
  }
  /// The same in an index, and for each of its rows the item's own: all keys of this benchmark's items are of one length.
  void query_and_fetch(const std::string& first, const std::string& key_of_an_item) {
    std::string key = key_of_an_item;
    query(first, [&](std::string_view index_key) {
      constexpr std::size_t space = 5;  // the table's letter and id
      index_key.remove_prefix(index_key.size() - (key.size() - space));
      index_key.copy(key.data() + space, index_key.size());
      get(key);
    });
  }

 private:
  template <class EachKey>
  void query(const std::string& first, EachKey each) {
    const std::unique_ptr<rocksdb::Iterator> at(db_.bare()->NewIterator(read_));
    std::size_t rows = 0, bytes = 0;
    for (at->Seek(first); at->Valid() && rows < 100; at->Next(), ++rows) {
      bytes += at->value().size();
      each(std::string_view(at->key().data(), at->key().size()));
    }
    if (rows != 100 || bytes == 0) give_up("the bare query failed");
  }

  const order_database& db_;
  rocksdb::PinnableSlice value_;
  rocksdb::WriteOptions write_ = bare_write(durability::process_crash);
  rocksdb::ReadOptions read_;
};

}  // namespace dynamo::bench

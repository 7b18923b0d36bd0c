#pragma once

#include "bare_rocksdb.hpp"
#include "order.hpp"

#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::bench {

struct orders_schema : schema<"orders", order, partition_key<&order::customer>, sort_key<&order::id>> {};

/// The same table with a customer's orders by time: their keys in a local index, the whole of them in a global one.
using by_time = local_index<"by_time", partition_key<&order::customer>, sort_key<&order::created_at>, keys_only>;
using by_customer = global_index<"by_customer", partition_key<&order::customer>, sort_key<&order::created_at>>;
struct indexed_orders_schema
    : schema<"orders", order, partition_key<&order::customer>, sort_key<&order::id>, by_time, by_customer> {};
enum class with_indexes : bool { no, yes };

/// A folder that is gone with this object.
class scratch_folder {
 public:
  scratch_folder();
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Ends the program with the error's words: a benchmark that does not do its work measures nothing.
[[noreturn]] void give_up(const std::string& why);
template <class T>
T must(result<T> outcome) {
  if (!outcome) give_up(outcome.error().describe());
  if constexpr (!std::is_void_v<T>) return *std::move(outcome);
}

/// Does something in a new process. Only while no other thread has been started here.
void in_a_process(const std::function<void()>& what);

/// A table full of orders in a database of ours, and the same rows, byte for byte, in bare RocksDB beside it: loaded,
/// compacted, and cached in memory as far as they are read.
///
/// A sample of orders in random order is what the operations work on; each is there as struct, as key and as row.
class order_database {
 public:
  struct sample {
    order item;                                ///< as it was stored at first
    std::string key;                           ///< of the row in RocksDB
    std::string row;                           ///< its value
    std::string text;                          ///< of the item, canonical
    std::string key_by_time, key_by_customer;  ///< of its rows in the indexes, if there are any
  };

  order_database(std::uint32_t orders, std::uint32_t samples, with_indexes = with_indexes::no);

  table<orders_schema> orders() const { return table<orders_schema>(*ours_); }
  reply call(operation_name operation, std::string_view body) const {
    return must(ours_->endpoint()->call(request(operation, json::buffer(body))));
  }
  const bare_rocksdb& bare() const { return *bare_; }
  sample& at(std::uint64_t number) { return samples_[number % samples_.size()]; }
  std::size_t samples() const noexcept { return samples_.size(); }
  std::size_t starts() const noexcept { return starts_.size(); }
  /// A hundred orders of the same customer follow each of these in the table.
  const sample& start_at(std::uint64_t number) const { return starts_[number % starts_.size()]; }
  /// From now on each write has a change record with both images.
  void begin_stream() const;

 private:
  scratch_folder folder_;
  std::vector<sample> samples_;
  std::vector<sample> starts_;
  std::optional<database> ours_;
  std::optional<bare_rocksdb> bare_;
};

/// `{"TableName":"orders","Key":{...}` of an order, without the end.
std::string keyed_text(const order&);
/// `{"TableName":"orders","Item":{...}` without the end.
std::string item_text(std::string_view item);

}  // namespace dynamo::bench

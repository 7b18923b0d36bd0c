#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/parameters/batch_get_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// The response of BatchGetItem: the items of all tables, until it is full. What does not fit, and everything after it, is unprocessed, and so
/// is what goes beyond its partition's share.
class batch_get_response {
 public:
  /// The parameters outlive this.
  explicit batch_get_response(const batch_get_parameters&);

  /// Takes the item of the next key, or that there is none. The partition stays where it is. False if the response is full.
  bool take(std::string_view partition, std::string_view item, std::size_t item_size);
  void take_none();
  /// Leaves the next key for the caller to ask for again.
  void leave();
  /// Of items that were taken, as DynamoDB counts them.
  std::size_t bytes() const noexcept { return size_; }
  /// Units that the last key consumed.
  double last_units() const noexcept { return last_units_; }
  reply finish() &&;

 private:
  const batch_get_table& find_table();
  void consume(std::size_t item_size);
  void open_table();
  void close_table();
  bool has_share(std::string_view partition, std::size_t item_size) const;
  bool lay_down(const batch_get_table&, std::string_view item, std::size_t item_size);
  void write_unprocessed(std::size_t stopped_in, std::size_t stopped_at);

  const batch_get_parameters& p_;
  std::vector<consumed_capacity> consumed_;                     // by table
  std::vector<std::pair<std::string_view, std::size_t>> read_;  // partitions of the items, and their sizes
  std::vector<std::pair<std::size_t, std::size_t>> left_;       // unprocessed: table and key, ascending
  json::buffer out_;
  json::buffer padded_;
  std::size_t table_ = 0;
  std::size_t key_ = 0;    // of this table, the next one
  std::size_t items_ = 0;  // of this table, found
  double last_units_ = 0;
  std::size_t size_ = 0;  // of all items, as DynamoDB counts
};

}  // namespace dynamo::engine

#pragma once

#include "capacity_writer.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/service_error.hpp>
#include <engine/parameters/transact_get_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// What a transaction consumed, and the item collections that it wrote to, by table, in the order in which the request names them first.
/// Not thread-safe.
class transaction_totals {
 public:
  /// Of one action; twice as much is counted.
  void add(std::string_view table_name, consumed_capacity);
  /// `{"ItemCollectionKey":...}`; each is told once.
  void add_collection(std::string_view table_name, std::string_view collection);

  /// `,"ConsumedCapacity":[...]`, or nothing if it is not asked for.
  void write_capacity(json::buffer& out, capacity_report, units_split) const;
  /// `,"ItemCollectionMetrics":{...}`, or nothing if there are none.
  void write_collections(json::buffer& out) const;

 private:
  struct table {
    std::string name;
  };
  std::size_t find(std::string_view table_name);

  std::vector<table> tables_;
  std::vector<consumed_capacity> consumed_;         // by table
  std::vector<std::set<std::string>> collections_;  // by table
};

/// Why an item that is throttled (errc::throttled) cancels its transaction. Source: TransactWriteItems, API Reference.
cancellation_reason throttled_reason(const error&);

/// The response of TransactWriteItems, or of ExecuteTransaction, which has Responses. A transaction that was executed before says what reading its
/// items costs.
enum class with_responses : bool { no, yes };
json::buffer transact_write_response(const transaction_totals&, capacity_report, units_split, with_responses);

/// The response of TransactGetItems: a result for each key, in the order of the request.
class transact_get_response {
 public:
  /// The parameters outlive this.
  explicit transact_get_response(const transact_get_parameters&);

  /// Takes the item of the next key, or that there is none.
  void take(std::string_view item, std::size_t item_size);
  void take_none();
  /// Of items that were taken, as DynamoDB counts them.
  std::size_t bytes() const noexcept { return size_; }
  reply finish() &&;

 private:
  const transact_get_parameters& p_;
  transaction_totals totals_;
  json::buffer out_;
  json::buffer padded_;
  std::size_t next_ = 0;
  std::size_t size_ = 0;
};

}  // namespace dynamo::engine

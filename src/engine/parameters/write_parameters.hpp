#pragma once

#include "parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/storage/store.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// The parameters of one PutItem, UpdateItem or DeleteItem, or of one request in a batch.
struct write_parameters {
  operation_name operation;
  std::optional<std::string> table;
  json::buffer key;         ///< canonical, for update and delete
  bool item_given = false;  ///< or the key
  write_batch::span row;    ///< for put: a row header and the item, in the arena of the change it will be
  std::size_t item_size = 0;
  expression_parameters expressions;
  return_values returns = return_values::none;
  bool item_on_failure = false;
  capacity_report capacity = capacity_report::none;
  bool item_collection = false;  ///< ReturnItemCollectionMetrics

  explicit write_parameters(operation_name op) : operation(op) {}
};

/// Reads a whole request body; a put's item goes into `rows`. Errors in DynamoDB's words.
result<write_parameters> read_write_parameters(const request&, write_batch& rows);

/// The value of Item, where the reader stands; what is wrong with it is noted in the reader.
void read_item_into(write_batch& rows, write_parameters&, parameter_reader&);
/// The item that is put, in the arena of `rows`, or the key of what is updated or deleted. Has padding.
std::string_view keyed_item(const write_parameters&, const write_batch& rows);
/// "Item size has exceeded the maximum allowed size".
result<void> check_item_size(const write_parameters&);

}  // namespace dynamo::engine

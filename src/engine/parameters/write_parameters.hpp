#pragma once

#include "common_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/storage/store.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::engine {

class member_reader;

enum class return_values : std::uint8_t { none, all_old, updated_old, all_new, updated_new };

/// The parameters of one PutItem, UpdateItem or DeleteItem, or of one request in a batch.
struct write_parameters {
  operation_name operation;
  write_batch* rows;  ///< of the change; the item of a put goes there
  std::string table;
  json::buffer key;       ///< canonical, for update and delete
  write_batch::span row;  ///< for put: a row header and the item
  std::size_t item_size = 0;
  expression_parameters expressions;
  return_values returns = return_values::none;
  bool item_on_failure = false;
  capacity_report capacity = capacity_report::none;
  bool item_collections = false;

  /// `laid_down` outlives this.
  write_parameters(operation_name op, write_batch& laid_down) : operation(op), rows(&laid_down) {}

  /// The item that is put, or the key of what is updated or deleted; for a put a view that ends when the batch grows. Has padding.
  std::string_view keyed_item() const;
};

/// Reads a whole request; the item of a put goes into `rows`. Errors in DynamoDB's words.
result<write_parameters> read_write_item(const request&, write_batch& rows);

/// Reads the value of Item, where the reader stands, into the rows of the parameters.
void read_item(write_parameters&, member_reader&);
/// "Item size has exceeded the maximum allowed size".
result<void> check_item_size(const write_parameters&);

}  // namespace dynamo::engine

#pragma once

#include "common_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/storage/store.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::engine {

class member_reader;

enum class return_values : std::uint8_t { none, all_old, updated_old, all_new, updated_new };

/// The parameters of one PutItem, UpdateItem or DeleteItem, of one request in a batch, or of one action of a transaction.
struct write_parameters {
  operation_name
      operation;  ///< transact_write_items stands for what only a transaction has: a ConditionCheck, which writes nothing
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
  bool is_insert = false;  ///< of a put: where its condition fails there is an item already, errc::duplicate_item

  /// `laid_down` outlives this.
  write_parameters(operation_name op, write_batch& laid_down) : operation(op), rows(&laid_down) {}

  /// The item that is put, or the key of what is updated or deleted; for a put a view that ends when the batch grows. Has padding.
  std::string_view keyed_item() const;
};

/// Reads a whole request; the item of a put goes into `rows`. Errors in DynamoDB's words. Does not look at the item's size.
result<write_parameters> read_write_item(const request&, write_batch& rows, error_wording = {});

/// Reads the value of Item, where the reader stands, into the rows of the parameters.
void read_item(write_parameters&, member_reader&);
/// The same with the JSON alone. Answers the item's size.
result<std::size_t> lay_down_item(write_parameters&, json::cursor&, json::value_layer);
/// "ReturnValuesOnConditionCheckFailure", for parameters that have the field `item_on_failure`.
inline constexpr auto returned_on_failure = std::to_array<choice>({{"ALL_OLD", true}, {"NONE", false}});
template <class P>
consteval declared<P> item_on_failure() {
  return parameter<P, &P::item_on_failure>("ReturnValuesOnConditionCheckFailure").one_of(returned_on_failure);
}
/// "Item size has exceeded the maximum allowed size".
result<void> check_item_size(const write_parameters&);
/// "Item size to update has exceeded the maximum allowed size", of what shows in the expression.
result<void> check_statement_size(const write_parameters&);
/// The same of an item that was made.
error update_too_large();

}  // namespace dynamo::engine

#pragma once

#include <dynamo/protocol/operation_name.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

/// What a request of a sequence asks for, as the item operations have it: a statement is a PutItem, UpdateItem, DeleteItem or Query, a batch of
/// statements a BatchWriteItem or BatchGetItem, ExecuteTransaction a TransactWriteItems or TransactGetItems.
struct meant_request {
  operation_name operation;
  std::vector<std::string> tables;  ///< of the items, in the order of the request, each as often as it is named
};
meant_request meaning_of(operation_name, std::string_view body);

}  // namespace dynamo::model

#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// One table's part of a BatchGetItem or BatchWriteItem, as it stands in RequestItems, UnprocessedKeys and UnprocessedItems.
struct batch_part {
  std::string table;
  std::vector<std::string> elements;  ///< JSON: keys, or put and delete requests
  std::string parameters;             ///< JSON members beside Keys, each with a comma before it; empty for writes
};

/// A batch that is executed in part only.
struct divided_batch {
  json::buffer executed;         ///< the request with what is sent on; empty if the batch has one element
  std::vector<batch_part> held;  ///< what is not
};

/// Divides a batch: `draw` says how, and both parts have at least one element; a batch of one is held back. Nothing for
/// what is no well-formed batch, or has more elements than DynamoDB accepts: the endpoint refuses it better.
std::optional<divided_batch> divide_batch(const request& batch, std::uint64_t draw);

/// Adds what was held back to the UnprocessedKeys or UnprocessedItems of a reply; nothing if the reply is no JSON object.
std::optional<json::buffer> with_unprocessed(operation_name, const json::buffer& reply_body,
                                             const std::vector<batch_part>& held);

}  // namespace dynamo

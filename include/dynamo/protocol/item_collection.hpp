#pragma once

#include <string>

namespace dynamo {

/// Items of one partition key value, with what local indexes hold of them, and how large they are together: what DynamoDB says of a write that asks for it
/// (ReturnItemCollectionMetrics), of tables with local indexes only, which a collection of more than 10 GB cannot be written to.
/// Source: API Reference, ItemCollectionMetrics.
struct item_collection {
  std::string key;           ///< the partition key and its value, DynamoDB JSON: {"country":{"S":"SE"}}
  double gigabytes_min = 0;  ///< the size is estimated to be between these two
  double gigabytes_max = 0;

  item_collection() = default;
  friend bool operator==(const item_collection&, const item_collection&) = default;
};

}  // namespace dynamo

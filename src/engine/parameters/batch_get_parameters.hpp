#pragma once

#include "parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace dynamo::engine {

/// What BatchGetItem asks of one table.
struct batch_get_table {
  std::string name;
  bool keys_given = false;
  std::size_t key_count = 0;
  std::vector<json::buffer> keys;  ///< canonical; no more than a request may have
  bool consistent = false;
  expression_parameters expressions;
  /// Everything but the keys as it came, `,"ConsistentRead":true,...`: for UnprocessedKeys, which must be a request of their own.
  std::string repeated;
};

struct batch_get_parameters {
  std::vector<batch_get_table> tables;  ///< in the order of the request
  capacity_report capacity = capacity_report::none;
};

/// Reads and checks a whole request as far as that needs no table. Errors in DynamoDB's words.
result<batch_get_parameters> read_batch_get(const request&);

}  // namespace dynamo::engine

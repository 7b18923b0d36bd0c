#pragma once

#include "common_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <string>
#include <vector>

namespace dynamo::engine {

/// What BatchGetItem asks of one table.
struct batch_get_table {
  std::string name;
  std::string asked;               ///< the name or the ARN in the request: the response names the table so, too
  std::vector<json::buffer> keys;  ///< canonical
  std::optional<bool> consistent_given;
  expression_parameters expressions;

  bool consistent() const noexcept { return consistent_given.value_or(false); }
};

struct batch_get_parameters {
  std::vector<batch_get_table> tables;  ///< in the order of the request
  capacity_report capacity = capacity_report::none;
};

/// Reads and checks a whole request as far as that needs no table. Errors in DynamoDB's words.
result<batch_get_parameters> read_batch_get_item(const request&, error_wording = {});

}  // namespace dynamo::engine

#pragma once

#include "common_parameters.hpp"
#include "kept_values.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <string>
#include <vector>

namespace dynamo::engine {

/// One Get of a TransactGetItems.
struct transact_get {
  std::string table;
  json::buffer key;  ///< canonical
  expression_parameters expressions;
  value_problem problem;
};

struct transact_get_parameters {
  std::vector<transact_get> gets;
  capacity_report capacity = capacity_report::none;
};

/// Reads and checks a whole request as far as that needs no table. Errors in DynamoDB's words.
result<transact_get_parameters> read_transact_get_items(const request&, error_wording = {});

}  // namespace dynamo::engine

#pragma once

#include "common_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <string>

namespace dynamo::engine {

/// The parameters of GetItem.
struct get_parameters {
  std::string table;
  json::buffer key;  ///< canonical
  bool consistent = false;
  capacity_report capacity = capacity_report::none;
  expression_parameters expressions;
};

result<get_parameters> read_get_item(const request&, error_wording = {});

}  // namespace dynamo::engine

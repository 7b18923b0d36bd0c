#pragma once

#include "write_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/commit/prepared_change.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace dynamo::engine {

/// One put or delete of a batch: the parameters of a write of its own, and the change that it will be.
struct batch_request {
  std::size_t table;  ///< position in batch_write_parameters::tables
  std::shared_ptr<prepared_change> change = std::make_shared<prepared_change>();
  write_parameters write;

  batch_request(std::size_t in_table, operation_name op) : table(in_table), write(op, change->rows) {}
};

struct batch_write_table {
  std::string name;
  std::string asked;  ///< the name or the ARN in the request: the response names the table so, too
  std::size_t requests = 0;
};

struct batch_write_parameters {
  std::vector<batch_write_table> tables;  ///< in the order of the request
  std::vector<batch_request> requests;    ///< by table, in order
  capacity_report capacity = capacity_report::none;
  bool item_collections = false;
};

/// Reads and checks a whole request as far as that needs no table. Errors in DynamoDB's words.
result<batch_write_parameters> read_batch_write_item(const request&, error_wording = {});

}  // namespace dynamo::engine

#pragma once

#include "parameters.hpp"
#include "write_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/commit/prepared_change.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// One put or delete of a batch: the parameters of a write of its own, and the change that it will be.
struct batch_request {
  std::size_t table = 0;  ///< position in batch_write_parameters::tables
  write_parameters write;
  std::shared_ptr<prepared_change> change = std::make_shared<prepared_change>();

  batch_request(std::size_t in_table, operation_name op) : table(in_table), write(op) {}
  /// The item that is put, or the key of the one that is deleted. Has padding.
  std::string_view keyed() const { return keyed_item(write, change->rows); }
};

struct batch_write_table {
  std::string name;
  std::size_t requests = 0;
};

struct batch_write_parameters {
  std::vector<batch_write_table> tables;  ///< in the order of the request
  std::vector<batch_request> requests;    ///< by table, in order
  capacity_report capacity = capacity_report::none;
  bool item_collections = false;  ///< ReturnItemCollectionMetrics
};

/// Reads and checks a whole request as far as that needs no table. Errors in DynamoDB's words.
result<batch_write_parameters> read_batch_write(const request&);

/// `{"PutRequest":{"Item":...}}` or `{"DeleteRequest":{"Key":...}}`.
void write_batch_request(json::buffer& out, const batch_request&);

}  // namespace dynamo::engine

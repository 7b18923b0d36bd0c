#pragma once

#include "kept_values.hpp"
#include "write_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// One action of a TransactWriteItems: the parameters of a write of its own.
struct transact_action : write_parameters {
  unsigned kinds = 0;  ///< Put, Update, Delete and ConditionCheck that it has; one, when the request was accepted
  value_problem problem;
  std::string statement;  ///< text and values of one that came as PartiQL: what its ClientRequestToken stands for

  explicit transact_action(write_batch& laid_down)
      : write_parameters(operation_name::transact_write_items, laid_down) {}
};

struct transact_write_parameters {
  write_batch* rows;  ///< of the change; the items of puts go there
  std::vector<transact_action> actions;
  std::optional<std::string> token;  ///< ClientRequestToken
  capacity_report capacity = capacity_report::none;
  bool item_collections = false;
  bool is_of_statements = false;  ///< an ExecuteTransaction

  /// `laid_down` outlives this.
  explicit transact_write_parameters(write_batch& laid_down) : rows(&laid_down) {}
};

/// Reads and checks a whole request as far as that needs no table; the items of puts go into `rows`. Errors in DynamoDB's words.
result<transact_write_parameters> read_transact_write_items(const request&, write_batch& rows, error_wording = {});

}  // namespace dynamo::engine

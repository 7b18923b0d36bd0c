#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/parameters/common_parameters.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// One PartiQL statement of a request, and what is asked for beside it.
struct statement_parameters {
  std::string text;
  std::vector<result<std::string>> values;  ///< Parameters in canonical form, or why one is refused
  bool consistent = false;
  bool item_on_failure = false;
};

struct execute_statement_parameters : statement_parameters {
  std::optional<std::int64_t> limit;
  std::optional<std::string> next_token;
  capacity_report capacity = capacity_report::none;
};

struct batch_statement_parameters {
  std::vector<statement_parameters> statements;
  capacity_report capacity = capacity_report::none;
};

struct transact_statement_parameters {
  std::vector<statement_parameters> statements;
  std::optional<std::string> token;  ///< ClientRequestToken
  capacity_report capacity = capacity_report::none;
};

/// Read them, and check each member by itself; no statement is parsed. Errors in DynamoDB's words.
result<execute_statement_parameters> read_execute_statement(const request&);
result<batch_statement_parameters> read_batch_execute_statement(const request&);
result<transact_statement_parameters> read_execute_transaction(const request&);

}  // namespace dynamo::engine

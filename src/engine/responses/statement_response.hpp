#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/parameters/get_parameters.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/responses/write_response.hpp>
#include <engine/rows/capacity.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The response of an ExecuteStatement that writes: the image that RETURNING asks for, if there is one, in Items.
json::buffer statement_write_response(const write_parameters&, const write_outcome&);

/// One of the Responses of a BatchExecuteStatement that writes: `{"TableName":...,"Item":...}`.
json::buffer batch_statement_response(const write_parameters&, const write_outcome&);
/// One that failed: `{"Error":{"Code":...,"Message":...}}`. The table's name stands there if the statement was executed, and the item did not
/// allow it.
json::buffer batch_statement_error(const error&, std::string_view table_name);

/// One that reads. Not thread-safe.
class batch_item_response {
 public:
  /// The parameters outlive this.
  explicit batch_item_response(const get_parameters&);
  void take(std::string_view canonical_item);
  json::buffer finish() &&;

 private:
  const get_parameters& p_;
  json::buffer out_;
};

/// What a batch consumed, by table, in the order in which its statements name them first. Not thread-safe.
class batch_totals {
 public:
  void add(std::string_view table_name, const consumed_capacity&);
  /// The whole response.
  json::buffer finish(const std::vector<json::buffer>& responses, capacity_report) const;

 private:
  struct table {
    std::string name;
  };
  std::vector<table> tables_;
  std::vector<consumed_capacity> consumed_;  // by table
};

}  // namespace dynamo::engine

#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/value/limits.hpp>

#include <cstdint>
#include <string>

namespace dynamo::engine {

/// The parameters of DescribeTable and DeleteTable.
struct table_name_parameters {
  std::string table;
};
result<table_name_parameters> read_describe_table(const request&);
result<table_name_parameters> read_delete_table(const request&);

/// Reads a request that has no parameters. What it names all the same is skipped.
result<void> read_no_parameters(const request&);

/// The parameters of ListTables.
struct list_tables_parameters {
  std::string after;  ///< ExclusiveStartTableName
  std::int64_t limit = limits::list_tables_page_max;
};
result<list_tables_parameters> read_list_tables(const request&);

}  // namespace dynamo::engine

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo {

/// The operations of both services' wire protocols; operation_facts.hpp says what each is. What an endpoint does not execute it answers with
/// errc::not_supported; a name that is not listed here does not exist in the service model either.
enum class operation_name : std::uint8_t {
  // DynamoDB_20120810
  batch_execute_statement,
  batch_get_item,
  batch_write_item,
  cancel_bulk_operation,
  create_backup,
  create_global_table,
  create_table,
  delete_backup,
  delete_item,
  delete_resource_policy,
  delete_table,
  describe_backup,
  describe_bulk_operation,
  describe_continuous_backups,
  describe_contributor_insights,
  describe_endpoints,
  describe_export,
  describe_global_table,
  describe_global_table_settings,
  describe_import,
  describe_kinesis_streaming_destination,
  describe_limits,
  describe_table,
  describe_table_replica_auto_scaling,
  describe_time_to_live,
  disable_kinesis_streaming_destination,
  enable_kinesis_streaming_destination,
  execute_statement,
  execute_transaction,
  export_table_to_point_in_time,
  get_item,
  get_resource_policy,
  import_table,
  list_backups,
  list_bulk_operations,
  list_contributor_insights,
  list_exports,
  list_global_tables,
  list_imports,
  list_tables,
  list_tags_of_resource,
  put_item,
  put_resource_policy,
  query,
  restore_table_from_backup,
  restore_table_to_point_in_time,
  scan,
  search_vectors,
  start_bulk_put_items,
  tag_resource,
  transact_get_items,
  transact_write_items,
  untag_resource,
  update_continuous_backups,
  update_contributor_insights,
  update_global_table,
  update_global_table_settings,
  update_item,
  update_kinesis_streaming_destination,
  update_table,
  update_table_replica_auto_scaling,
  update_time_to_live,
  // DynamoDBStreams_20120810
  describe_stream,
  get_records,
  get_shard_iterator,
  list_streams,
};

/// "GetItem" and so on.
std::string_view to_string(operation_name) noexcept;
/// The reverse, exact spelling; nothing for a name no service model has.
std::optional<operation_name> operation_from(std::string_view wire_name) noexcept;
}  // namespace dynamo

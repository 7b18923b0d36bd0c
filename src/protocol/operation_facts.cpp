#include <dynamo/protocol/operation_facts.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace dynamo {
namespace {

using op = operation_name;
using enum wire_service;
using enum operation_effect;

// In the order of operation_name: DynamoDB's operations by name, then those of its streams. What a PartiQL statement does only the statement
// tells, so it counts as a write.
constexpr auto table = std::to_array<operation_facts>({
    {op::batch_execute_statement, "BatchExecuteStatement", dynamodb, writes, capacity_rule::by_statement},
    {op::batch_get_item, "BatchGetItem", dynamodb, reads, capacity_rule::read},
    {op::batch_write_item, "BatchWriteItem", dynamodb, writes, capacity_rule::write},
    {op::cancel_bulk_operation, "CancelBulkOperation", dynamodb, writes, capacity_rule::none},
    {op::create_backup, "CreateBackup", dynamodb, writes, capacity_rule::none},
    {op::create_global_table, "CreateGlobalTable", dynamodb, writes, capacity_rule::none},
    {op::create_table, "CreateTable", dynamodb, writes, capacity_rule::none},
    {op::delete_backup, "DeleteBackup", dynamodb, writes, capacity_rule::none},
    {op::delete_item, "DeleteItem", dynamodb, writes, capacity_rule::write},
    {op::delete_resource_policy, "DeleteResourcePolicy", dynamodb, writes, capacity_rule::none},
    {op::delete_table, "DeleteTable", dynamodb, writes, capacity_rule::none},
    {op::describe_backup, "DescribeBackup", dynamodb, reads, capacity_rule::none},
    {op::describe_bulk_operation, "DescribeBulkOperation", dynamodb, reads, capacity_rule::none},
    {op::describe_continuous_backups, "DescribeContinuousBackups", dynamodb, reads, capacity_rule::none},
    {op::describe_contributor_insights, "DescribeContributorInsights", dynamodb, reads, capacity_rule::none},
    {op::describe_endpoints, "DescribeEndpoints", dynamodb, reads, capacity_rule::none},
    {op::describe_export, "DescribeExport", dynamodb, reads, capacity_rule::none},
    {op::describe_global_table, "DescribeGlobalTable", dynamodb, reads, capacity_rule::none},
    {op::describe_global_table_settings, "DescribeGlobalTableSettings", dynamodb, reads, capacity_rule::none},
    {op::describe_import, "DescribeImport", dynamodb, reads, capacity_rule::none},
    {op::describe_kinesis_streaming_destination, "DescribeKinesisStreamingDestination", dynamodb, reads,
     capacity_rule::none},
    {op::describe_limits, "DescribeLimits", dynamodb, reads, capacity_rule::none},
    {op::describe_table, "DescribeTable", dynamodb, reads, capacity_rule::none},
    {op::describe_table_replica_auto_scaling, "DescribeTableReplicaAutoScaling", dynamodb, reads, capacity_rule::none},
    {op::describe_time_to_live, "DescribeTimeToLive", dynamodb, reads, capacity_rule::none},
    {op::disable_kinesis_streaming_destination, "DisableKinesisStreamingDestination", dynamodb, writes,
     capacity_rule::none},
    {op::enable_kinesis_streaming_destination, "EnableKinesisStreamingDestination", dynamodb, writes,
     capacity_rule::none},
    {op::execute_statement, "ExecuteStatement", dynamodb, writes, capacity_rule::by_statement},
    {op::execute_transaction, "ExecuteTransaction", dynamodb, writes, capacity_rule::by_statement},
    {op::export_table_to_point_in_time, "ExportTableToPointInTime", dynamodb, writes, capacity_rule::none},
    {op::get_item, "GetItem", dynamodb, reads, capacity_rule::read},
    {op::get_resource_policy, "GetResourcePolicy", dynamodb, reads, capacity_rule::none},
    {op::import_table, "ImportTable", dynamodb, writes, capacity_rule::none},
    {op::list_backups, "ListBackups", dynamodb, reads, capacity_rule::none},
    {op::list_bulk_operations, "ListBulkOperations", dynamodb, reads, capacity_rule::none},
    {op::list_contributor_insights, "ListContributorInsights", dynamodb, reads, capacity_rule::none},
    {op::list_exports, "ListExports", dynamodb, reads, capacity_rule::none},
    {op::list_global_tables, "ListGlobalTables", dynamodb, reads, capacity_rule::none},
    {op::list_imports, "ListImports", dynamodb, reads, capacity_rule::none},
    {op::list_tables, "ListTables", dynamodb, reads, capacity_rule::none},
    {op::list_tags_of_resource, "ListTagsOfResource", dynamodb, reads, capacity_rule::none},
    {op::put_item, "PutItem", dynamodb, writes, capacity_rule::write},
    {op::put_resource_policy, "PutResourcePolicy", dynamodb, writes, capacity_rule::none},
    {op::query, "Query", dynamodb, reads, capacity_rule::read},
    {op::restore_table_from_backup, "RestoreTableFromBackup", dynamodb, writes, capacity_rule::none},
    {op::restore_table_to_point_in_time, "RestoreTableToPointInTime", dynamodb, writes, capacity_rule::none},
    {op::scan, "Scan", dynamodb, reads, capacity_rule::read},
    {op::search_vectors, "SearchVectors", dynamodb, reads, capacity_rule::read},
    {op::start_bulk_put_items, "StartBulkPutItems", dynamodb, writes, capacity_rule::none},
    {op::tag_resource, "TagResource", dynamodb, writes, capacity_rule::none},
    {op::transact_get_items, "TransactGetItems", dynamodb, reads, capacity_rule::read},
    {op::transact_write_items, "TransactWriteItems", dynamodb, writes, capacity_rule::write},
    {op::untag_resource, "UntagResource", dynamodb, writes, capacity_rule::none},
    {op::update_continuous_backups, "UpdateContinuousBackups", dynamodb, writes, capacity_rule::none},
    {op::update_contributor_insights, "UpdateContributorInsights", dynamodb, writes, capacity_rule::none},
    {op::update_global_table, "UpdateGlobalTable", dynamodb, writes, capacity_rule::none},
    {op::update_global_table_settings, "UpdateGlobalTableSettings", dynamodb, writes, capacity_rule::none},
    {op::update_item, "UpdateItem", dynamodb, writes, capacity_rule::write},
    {op::update_kinesis_streaming_destination, "UpdateKinesisStreamingDestination", dynamodb, writes,
     capacity_rule::none},
    {op::update_table, "UpdateTable", dynamodb, writes, capacity_rule::none},
    {op::update_table_replica_auto_scaling, "UpdateTableReplicaAutoScaling", dynamodb, writes, capacity_rule::none},
    {op::update_time_to_live, "UpdateTimeToLive", dynamodb, writes, capacity_rule::none},
    {op::describe_stream, "DescribeStream", streams, reads, capacity_rule::none},
    {op::get_records, "GetRecords", streams, reads, capacity_rule::none},
    {op::get_shard_iterator, "GetShardIterator", streams, reads, capacity_rule::none},
    {op::list_streams, "ListStreams", streams, reads, capacity_rule::none},
});

constexpr std::size_t place_of(op operation) noexcept { return static_cast<std::size_t>(operation); }

constexpr bool every_operation_has_its_row() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (place_of(table[i].operation) != i) return false;
  }
  return table.size() == place_of(op::list_streams) + 1;
}
static_assert(every_operation_has_its_row());

constexpr auto first_of_streams = std::ranges::find(table, wire_service::streams, &operation_facts::service);
static_assert(std::ranges::is_sorted(table.begin(), first_of_streams, {}, &operation_facts::name) &&
              std::ranges::is_sorted(first_of_streams, table.end(), {}, &operation_facts::name));

}  // namespace

const operation_facts& facts_of(operation_name operation) noexcept { return table[place_of(operation)]; }
std::span<const operation_facts> all_operations() noexcept { return table; }

std::string_view to_string(wire_service service) noexcept {
  return service == streams ? "DynamoDBStreams_20120810" : "DynamoDB_20120810";
}

std::string_view to_string(operation_name operation) noexcept { return facts_of(operation).name; }

std::optional<operation_name> operation_from(std::string_view wire_name) noexcept {
  for (const auto& [begin, end] :
       {std::pair(table.begin(), first_of_streams), std::pair(first_of_streams, table.end())}) {
    const auto found = std::ranges::lower_bound(begin, end, wire_name, {}, &operation_facts::name);
    if (found != end && found->name == wire_name) return found->operation;
  }
  return std::nullopt;
}

}  // namespace dynamo

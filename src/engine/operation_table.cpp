#include "operation_table.hpp"

#include <engine/operations/operations.hpp>

#include <algorithm>
#include <array>
#include <concepts>

namespace dynamo::engine {
namespace {

using op = operation_name;

constexpr auto wakes = execution::maintenance::wakes;

constexpr auto table = std::to_array<execution>({
    {op::batch_execute_statement, tells_a_sink{batch_execute_statement, batch_execute_statement}},
    {op::batch_get_item, reads_in_slices{batch_get_item}},
    {op::batch_write_item, tells_a_sink{batch_write_item, batch_write_item}},
    {op::cancel_bulk_operation, runs_at_once{describe_or_cancel_bulk_operation}},
    {op::create_table, waits_for_commits{create_table}, wakes},
    {op::delete_backup, runs_at_once{describe_or_delete_backup}},
    {op::delete_item, tells_a_sink{write_item, write_item}},
    {op::delete_resource_policy, waits_for_commits{delete_resource_policy}},
    {op::delete_table, waits_for_commits{delete_table}, wakes},
    {op::describe_backup, runs_at_once{describe_or_delete_backup}},
    {op::describe_bulk_operation, runs_at_once{describe_or_cancel_bulk_operation}},
    {op::describe_continuous_backups, runs_at_once{describe_continuous_backups}},
    {op::describe_contributor_insights, runs_at_once{describe_contributor_insights}},
    {op::describe_endpoints, runs_at_once{describe_endpoints}},
    {op::describe_export, runs_at_once{describe_export}},
    {op::describe_global_table, runs_at_once{describe_global_table}},
    {op::describe_global_table_settings, runs_at_once{describe_global_table}},
    {op::describe_import, runs_at_once{describe_import}},
    {op::describe_kinesis_streaming_destination, runs_at_once{describe_kinesis_streaming_destination}},
    {op::describe_limits, runs_at_once{describe_limits}},
    {op::describe_stream, runs_at_once{describe_stream}},
    {op::describe_table, reads_in_slices{describe_table}},
    {op::describe_table_replica_auto_scaling, runs_at_once{describe_table_replica_auto_scaling}},
    {op::describe_time_to_live, runs_at_once{describe_time_to_live}},
    {op::execute_statement, tells_a_sink{execute_statement, execute_statement}},
    {op::execute_transaction, tells_a_sink{execute_transaction, execute_transaction}},
    {op::get_item, runs_at_once{get_item}},
    {op::get_records, tells_a_sink{get_records, get_records}},
    {op::get_resource_policy, runs_at_once{get_resource_policy}},
    {op::get_shard_iterator, runs_at_once{get_shard_iterator}},
    {op::list_backups, runs_at_once{list_backups}},
    {op::list_bulk_operations, runs_at_once{list_bulk_operations}},
    {op::list_contributor_insights, runs_at_once{list_contributor_insights}},
    {op::list_exports, runs_at_once{list_exports}},
    {op::list_global_tables, runs_at_once{list_global_tables}},
    {op::list_imports, runs_at_once{list_imports}},
    {op::list_streams, runs_at_once{list_streams}},
    {op::list_tables, runs_at_once{list_tables}},
    {op::list_tags_of_resource, runs_at_once{list_tags_of_resource}},
    {op::put_item, tells_a_sink{write_item, write_item}},
    {op::put_resource_policy, waits_for_commits{put_resource_policy}},
    {op::query, reads_in_slices{query}},
    {op::scan, reads_in_slices{scan}},
    {op::search_vectors, reads_in_slices{search_vectors}},
    {op::tag_resource, waits_for_commits{tag_resource}},
    {op::transact_get_items, reads_in_slices{transact_get_items}},
    {op::transact_write_items, tells_a_sink{transact_write_items, transact_write_items}},
    {op::untag_resource, waits_for_commits{untag_resource}},
    {op::update_continuous_backups, waits_for_commits{update_continuous_backups}},
    {op::update_contributor_insights, waits_for_commits{update_contributor_insights}},
    {op::update_item, tells_a_sink{write_item, write_item}},
    {op::update_table, waits_for_commits{update_table}, wakes},
    {op::update_time_to_live, waits_for_commits{update_time_to_live}, wakes},
});

constexpr auto rows_by_operation = [] {
  std::array<const execution*, static_cast<std::size_t>(op::list_streams) + 1> rows{};
  for (const execution& row : table) rows[static_cast<std::size_t>(row.operation)] = &row;
  return rows;
}();

}  // namespace

const execution* execution_of(operation_name operation) noexcept {
  return rows_by_operation[static_cast<std::size_t>(operation)];
}

result<reply> execute(const execution& row, engine_core& core, const request& r) {
  const auto run = [&]<class How>(const How& how) -> result<reply> {
    if constexpr (std::same_as<How, reads_in_slices>) {
      const auto begun = how.begin(core, r);
      if (!begun) return std::unexpected(begun.error());
      return run_to_end(**begun);
    } else {
      return how.run(core, r);
    }
  };
  return std::visit(run, row.how);
}

}  // namespace dynamo::engine

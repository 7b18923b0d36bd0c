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
    {op::batch_get_item, reads_in_slices{batch_get_item}},
    {op::batch_write_item, tells_a_sink{batch_write_item, batch_write_item}},
    {op::create_table, waits_for_commits{create_table}, wakes},
    {op::delete_item, tells_a_sink{write_item, write_item}},
    {op::delete_table, waits_for_commits{delete_table}, wakes},
    {op::describe_endpoints, runs_at_once{describe_endpoints}},
    {op::describe_limits, runs_at_once{describe_limits}},
    {op::describe_stream, runs_at_once{describe_stream}},
    {op::describe_table, reads_in_slices{describe_table}},
    {op::describe_time_to_live, runs_at_once{describe_time_to_live}},
    {op::get_item, runs_at_once{get_item}},
    {op::get_records, tells_a_sink{get_records, get_records}},
    {op::get_shard_iterator, runs_at_once{get_shard_iterator}},
    {op::list_streams, runs_at_once{list_streams}},
    {op::list_tables, runs_at_once{list_tables}},
    {op::put_item, tells_a_sink{write_item, write_item}},
    {op::query, reads_in_slices{query}},
    {op::scan, reads_in_slices{scan}},
    {op::transact_get_items, reads_in_slices{transact_get_items}},
    {op::transact_write_items, tells_a_sink{transact_write_items, transact_write_items}},
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

#include "operation_table.hpp"

#include <engine/operations/operations.hpp>

#include <algorithm>
#include <array>

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
    {op::get_item, runs_at_once{get_item}},
    {op::get_records, tells_a_sink{get_records, get_records}},
    {op::get_shard_iterator, runs_at_once{get_shard_iterator}},
    {op::list_streams, runs_at_once{list_streams}},
    {op::list_tables, runs_at_once{list_tables}},
    {op::put_item, tells_a_sink{write_item, write_item}},
    {op::query, reads_in_slices{query}},
    {op::scan, reads_in_slices{scan}},
    {op::update_item, tells_a_sink{write_item, write_item}},
    {op::update_table, waits_for_commits{update_table}, wakes},
});

constexpr auto rows_by_operation = [] {
  std::array<const execution*, static_cast<std::size_t>(op::list_streams) + 1> rows{};
  for (const execution& row : table) rows[static_cast<std::size_t>(row.operation)] = &row;
  return rows;
}();

class execute_to_end {
 public:
  execute_to_end(engine_core& core, const request& r) : core_(core), request_(r) {}
  result<reply> operator()(const runs_at_once& how) const { return how.run(core_, request_); }
  result<reply> operator()(const tells_a_sink& how) const { return how.run(core_, request_); }
  result<reply> operator()(const waits_for_commits& how) const { return how.run(core_, request_); }
  result<reply> operator()(const reads_in_slices& how) const {
    const auto begun = how.begin(core_, request_);
    if (!begun) return std::unexpected(begun.error());
    return run_to_end(**begun);
  }

 private:
  engine_core& core_;
  const request& request_;
};

}  // namespace

const execution* execution_of(operation_name operation) noexcept {
  return rows_by_operation[static_cast<std::size_t>(operation)];
}

result<reply> execute(const execution& row, engine_core& core, const request& r) {
  return std::visit(execute_to_end(core, r), row.how);
}

}  // namespace dynamo::engine

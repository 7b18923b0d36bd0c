#include "operation_table.hpp"

#include <engine/operations/engine_core.hpp>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

using op = operation_name;
using enum execution::way;
using enum execution::upkeep;

template <result<reply> (*Run)(const engine_core&, const request&)>
result<reply> reading(engine_core& core, const request& r) {
  return Run(core, r);
}

constexpr auto table = std::to_array<execution>({
    {op::batch_get_item, at_once, never, reading<batch_get_item>},
    {op::batch_write_item, by_sink, now_and_then, batch_write_item, batch_write_item},
    {op::create_table, on_a_thread, always, create_table},
    {op::delete_item, by_sink, now_and_then, write_item, write_item},
    {op::delete_table, on_a_thread, always, delete_table},
    {op::describe_stream, at_once, always, reading<describe_stream>},
    {op::describe_table, at_once, never, reading<describe_table>},
    {op::get_item, at_once, never, reading<get_item>},
    {op::get_records, by_sink, now_and_then, get_records, get_records},
    {op::get_shard_iterator, at_once, always, reading<get_shard_iterator>},
    {op::list_streams, at_once, always, reading<list_streams>},
    {op::list_tables, at_once, never, reading<list_tables>},
    {op::put_item, by_sink, now_and_then, write_item, write_item},
    {op::query, at_once, never, reading<query>},
    {op::scan, at_once, never, reading<scan>},
    {op::update_item, by_sink, now_and_then, write_item, write_item},
    {op::update_table, on_a_thread, always, update_table},
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

}  // namespace dynamo::engine

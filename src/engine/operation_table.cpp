#include "operation_table.hpp"

#include <engine/operations/engine_core.hpp>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

using op = operation_name;
using enum execution::way;
constexpr auto wakes = execution::maintenance::wakes;

template <result<reply> (*Run)(const engine_core&, const request&)>
result<reply> reading(engine_core& core, const request& r) {
  return Run(core, r);
}

constexpr auto table = std::to_array<execution>({
    {op::batch_get_item, at_once, reading<batch_get_item>},
    {op::batch_write_item, by_sink, batch_write_item, batch_write_item},
    {op::create_table, on_a_thread, create_table, nullptr, wakes},
    {op::delete_item, by_sink, write_item, write_item},
    {op::delete_table, on_a_thread, delete_table, nullptr, wakes},
    {op::describe_stream, at_once, reading<describe_stream>},
    {op::describe_table, at_once, reading<describe_table>},
    {op::get_item, at_once, reading<get_item>},
    {op::get_records, by_sink, get_records, get_records},
    {op::get_shard_iterator, at_once, reading<get_shard_iterator>},
    {op::list_streams, at_once, reading<list_streams>},
    {op::list_tables, at_once, reading<list_tables>},
    {op::put_item, by_sink, write_item, write_item},
    {op::query, at_once, reading<query>},
    {op::scan, at_once, reading<scan>},
    {op::update_item, by_sink, write_item, write_item},
    {op::update_table, on_a_thread, update_table, nullptr, wakes},
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

#include "operations.hpp"

#include <engine/parameters/get_parameters.hpp>
#include <engine/responses/item_response.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

namespace dynamo::engine {
namespace {

class item_taker final : public value_visitor {
 public:
  explicit item_taker(item_response& to) : to_(to) {}
  void operator()(std::string_view value) override {
    readable = read_row(value, row);
    if (readable) to_.take(row.item);
  }
  bool readable = true;
  stored_row row;

 private:
  item_response& to_;
};

result<consumed_capacity> execute(const engine_core& core, const get_parameters& p, item_response& response) {
  const auto table = core.tables.find(p.table);
  if (!table) return table_not_found();
  if (auto valid = check_key_paths(table->descriptor, p.expressions.projection); !valid) {
    return std::unexpected(valid.error());
  }
  json::buffer key;
  if (auto made = append_row_key(key, core.rows->prefix(), table->descriptor, p.key.view(), key_use::lookup); !made) {
    return std::unexpected(made.error());
  }
  const metered of{
      .table = table->descriptor, .index = nullptr, .partition = partition_hash(key.view(), core.rows->prefix())};
  if (core.throughput) {
    if (auto admitted = core.throughput->check(capacity_use::read, of); !admitted)
      return std::unexpected(admitted.error());
  }
  item_taker taken(response);
  const auto found = core.rows->get(key.view(), taken);
  if (!found) return std::unexpected(found.error());
  if (!taken.readable) return unknown_row(p.table);
  consumed_capacity consumed{read_units(taken.row.item_size, p.consistent), {}, {}};
  if (core.throughput) core.throughput->charge(capacity_use::read, of, consumed);
  return consumed;
}

}  // namespace

result<reply> get_item(const engine_core& core, const request& r) {
  const auto p = read_get_item(r);
  if (!p) return std::unexpected(p.error());
  item_response response(*p);
  const auto consumed = execute(core, *p, response);
  if (!consumed) return std::unexpected(consumed.error());
  return std::move(response).finish(*consumed);
}

}  // namespace dynamo::engine

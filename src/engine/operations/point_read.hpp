#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/parameters/get_parameters.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <string_view>

namespace dynamo::engine {

template <class Response>
class item_taker final : public value_visitor {
 public:
  explicit item_taker(Response& to) : to_(to) {}
  void operator()(std::string_view value) override {
    readable = read_row(value, row);
    if (readable) to_.take(row.item);
  }
  bool readable = true;
  stored_row row;

 private:
  Response& to_;
};

/// Reads one item of a table into a response that has take(std::string_view canonical_item). `use` says whose words a key that does not fit
/// gets. Errors: validation, throttled, corruption, storage.
template <class Response>
result<consumed_capacity> read_point(const engine_core& core, const table_descriptor& table, const get_parameters& p,
                                     key_use use, Response& response) {
  if (auto valid = check_key_paths(table, p.expressions.projection); !valid) return std::unexpected(valid.error());
  json::buffer key;
  if (auto made = append_row_key(key, core.rows->prefix(), table, p.key.view(), use); !made) {
    return std::unexpected(made.error());
  }
  const metered of{.table = table, .index = nullptr, .partition = partition_hash(key.view(), core.rows->prefix())};
  if (core.throughput) {
    if (auto admitted = core.throughput->check(capacity_use::read, of); !admitted)
      return std::unexpected(admitted.error());
  }
  item_taker<Response> taken(response);
  const auto found = core.rows->get(key.view(), taken);
  if (!found) return std::unexpected(found.error());
  if (!taken.readable) return unknown_row(p.table);
  consumed_capacity consumed{read_units(taken.row.item_size, p.consistent), {}, {}};
  if (core.throughput) core.throughput->charge(capacity_use::read, of, consumed);
  return consumed;
}

}  // namespace dynamo::engine

#include "write_throughput.hpp"

#include <engine/rows/row_key.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

// Null for what is no row of a global index of this table: a change record, for example.
const index_descriptor* index_of_row(const table_descriptor& table, std::string_view key,
                                     std::string_view store_prefix) {
  if (key.size() <= store_prefix.size() || key[store_prefix.size()] != row_space) return nullptr;
  const std::uint32_t id = id_of_row(key, store_prefix);
  const auto found = std::ranges::find(table.indexes, id, &index_descriptor::id);
  return found != table.indexes.end() && found->global ? &*found : nullptr;
}

double units_of(const consumed_capacity& consumed, std::string_view index_name) {
  const auto found = std::ranges::find(consumed.global, index_name, &std::pair<std::string, double>::first);
  return found != consumed.global.end() ? found->second : 0;
}

}  // namespace

result<void> write_throughput::check_table(const table_descriptor& table, std::string_view row_key,
                                           std::string_view store_prefix) {
  parts_.clear();
  if (!is_enforced()) return {};
  table_ = &table;
  partition_ = partition_hash(row_key, store_prefix);
  return limits_->check(capacity_use::write, {.table = table, .index = nullptr, .partition = partition_});
}

result<void> write_throughput::check_indexes(const write_batch& rows, std::size_t first_operation,
                                             std::string_view store_prefix, const consumed_capacity& consumed) {
  if (!is_enforced()) return {};
  for (const write_batch::operation& one : std::span(rows.operations()).subspan(first_operation)) {
    const std::string_view key = rows.text(one.key);
    const index_descriptor* const index = index_of_row(*table_, key, store_prefix);
    if (index == nullptr) continue;
    parts_.push_back({index, partition_hash(key, store_prefix), units_of(consumed, index->name)});
  }
  // A row that moves is two operations.
  for (index_part& part : parts_) {
    if (std::ranges::count(parts_, part.index, &index_part::index) > 1) part.units /= 2;
  }
  for (const index_part& part : parts_) {
    const metered what{.table = *table_, .index = part.index, .partition = part.partition};
    if (auto admitted = limits_->check(capacity_use::write, what); !admitted) return admitted;
  }
  return {};
}

void write_throughput::charge(const consumed_capacity& consumed, double factor) {
  if (!is_enforced() || table_ == nullptr) return;
  limits_->charge(capacity_use::write, {.table = *table_, .index = nullptr, .partition = partition_},
                  {consumed.table, {}, consumed.local}, factor);
  for (const index_part& part : parts_) {
    limits_->charge(capacity_use::write, {.table = *table_, .index = part.index, .partition = part.partition},
                    {0, {{part.index->name, part.units}}, {}}, factor);
  }
}

void write_throughput::charge_read(const table_descriptor& table, std::string_view row_key,
                                   std::string_view store_prefix, const consumed_capacity& consumed, double factor) {
  if (!is_enforced()) return;
  limits_->charge(capacity_use::read,
                  {.table = table, .index = nullptr, .partition = partition_hash(row_key, store_prefix)}, consumed,
                  factor);
}

}  // namespace dynamo::engine

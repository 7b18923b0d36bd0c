#include "batch_write.hpp"

#include "write_list.hpp"

#include <engine/parameters/request_items.hpp>
#include <engine/responses/capacity_writer.hpp>
#include <engine/rows/item_collection.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

namespace dynamo::engine {

batch_write::batch_write(engine_core& core, batch_write_parameters p)
    : core_(core), p_(std::move(p)), unprocessed_(p_.requests.size()), consumed_(p_.tables.size()) {}

result<void> batch_write::check() {
  for (const batch_write_table& table : p_.tables) {
    tables_.push_back(core_.tables.find(table.name));
    if (!tables_.back()) return table_not_found();
  }
  std::unordered_set<std::string_view> seen;
  for (const batch_request& one : p_.requests) {
    auto key = validate_keys(core_, tables_[one.table]->descriptor, one.write, one.change->rows);
    if (!key) return std::unexpected(key.error());
    keys_.push_back(*std::move(key));
    if (!seen.insert(keys_.back().view()).second) return duplicate_keys();
  }
  return {};
}

bool batch_write::begin(std::size_t which, reply_sink* sink) {
  batch_request& one = p_.requests[which];
  one.change->sink = sink;
  queue_slot slot(*core_.commits);
  write_list list(core_, one.change);
  item_write& write = list.add(one.write);
  write.set_key(tables_[one.table], std::move(keys_[which]));
  const auto known = enqueue_one(list, *one.change, slot);
  if (known && !*known) {
    // All was in order when it was checked, so its table has changed since, or there is no thread for it: a caller that sends it again
    // is told how.
    const errc why = known->error().code();
    if (why == errc::resource_not_found || why == errc::validation || why == errc::throttled) {
      leave(which);
      if (!refusal_) refusal_ = known->error();
    } else {
      lose(known->error());
    }
    return false;
  }
  ++begun_;
  consumed_[one.table].add(write.consumed());
  return !known;
}

void batch_write::lose(error e) {
  if (!loss_) loss_.emplace(std::move(e));
}

result<reply> batch_write::answer() const {
  if (loss_) return std::unexpected(*loss_);
  if (begun_ == 0) {
    if (refusal_) return std::unexpected(*refusal_);
    return fail(errc::throttled, "The commit queue is full; try again");
  }
  json::buffer out;
  out.append(R"({"UnprocessedItems":{)");
  write_unprocessed(out);
  out.append('}');
  if (p_.capacity != capacity_report::none) {
    out.append(R"(,"ConsumedCapacity":[)");
    const char* separator = "";
    for (std::size_t i = 0; i < consumed_.size(); ++i) {
      out.append(std::exchange(separator, ","));
      write_capacity_object(out, p_.capacity, p_.tables[i].name, consumed_[i]);
    }
    out.append(']');
  }
  if (p_.item_collections) write_item_collections(out);
  out.append('}');
  return reply(std::move(out));
}

void batch_write::write_unprocessed(json::buffer& out) const {
  std::optional<std::size_t> table;
  for (std::size_t i = 0; i < p_.requests.size(); ++i) {
    if (!unprocessed_[i]) continue;
    const batch_request& one = p_.requests[i];
    if (table == one.table) {
      out.append(',');
    } else {
      if (table) out.append("],");
      out.append(fmt::format(R"("{}":[)", p_.tables[one.table].name));  // needs no escape
      table = one.table;
    }
    write_batch_request(out, one);
  }
  if (table) out.append(']');
}

// By table, each collection once that an item was written to.
void batch_write::write_item_collections(json::buffer& out) const {
  std::map<std::size_t, std::set<std::string>> by_table;
  for (std::size_t i = 0; i < p_.requests.size(); ++i) {
    const batch_request& one = p_.requests[i];
    const table_descriptor& table = tables_[one.table]->descriptor;
    if (unprocessed_[i] || !has_item_collections(table)) continue;
    json::buffer collection;
    write_item_collection(collection, *core_.rows, table, one.keyed());
    by_table[one.table].emplace(collection.view());
  }
  if (by_table.empty()) return;
  out.append(R"(,"ItemCollectionMetrics":)");
  char separator = '{';
  for (const auto& [table, collections] : by_table) {
    out.append(fmt::format(R"({}"{}":[{}])", std::exchange(separator, ','), p_.tables[table].name,
                           fmt::join(collections, ",")));
  }
  out.append('}');
}

}  // namespace dynamo::engine

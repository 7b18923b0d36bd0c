#include "batch_write.hpp"

#include "write_list.hpp"

#include <engine/parameters/request_items.hpp>
#include <engine/rows/item_collection.hpp>

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
    auto key = validate_keys(core_, tables_[one.table]->descriptor, one.write, key_use::in_batched_item);
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
  const auto known = enqueue_one(list, *one.change, slot, nullptr);
  if (known && !*known) {
    // All was in order when it was checked, so its table has changed since, or there is no thread for it: a caller that sends it again
    // is told how.
    const errc why = known->error().code();
    if (why == errc::transaction_conflict) {  // AWS leaves an item of an ongoing transaction unprocessed
      leave(which);
      ++conflicts_;
    } else if (why == errc::resource_not_found || why == errc::validation || why == errc::throttled) {
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

bool batch_write::is_settled(std::size_t) const {
  const std::scoped_lock held(mutex_);
  return loss_.has_value();
}

void batch_write::settle(std::size_t, result<reply> came) {
  if (!came) lose(came.error());
}

void batch_write::lose(error e) {
  const std::scoped_lock held(mutex_);
  if (!loss_) loss_.emplace(std::move(e));
}

result<reply> batch_write::answer() {
  if (const std::scoped_lock held(mutex_); loss_) return std::unexpected(*loss_);
  if (begun_ == 0 && conflicts_ == 0) {
    if (refusal_) return std::unexpected(*refusal_);
    return fail(errc::throttled, "The commit queue is full; try again");
  }
  batch_write_outcome came{.unprocessed = unprocessed_, .consumed = consumed_, .item_collections = {}};
  if (p_.item_collections) came.item_collections = find_item_collections();
  return reply(batch_write_response(p_, came));
}

std::vector<std::set<std::string>> batch_write::find_item_collections() const {
  std::vector<std::set<std::string>> by_table(p_.tables.size());
  for (std::size_t i = 0; i < p_.requests.size(); ++i) {
    const batch_request& one = p_.requests[i];
    const table_descriptor& table = tables_[one.table]->descriptor;
    if (unprocessed_[i] || !has_item_collections(table)) continue;
    json::buffer collection;
    write_item_collection(collection, *core_.rows, table, one.write.keyed_item());
    by_table[one.table].emplace(collection.view());
  }
  return by_table;
}

}  // namespace dynamo::engine

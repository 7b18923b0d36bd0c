#include "write_list.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/rows/row_key.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace dynamo::engine {

write_list::write_list(engine_core& core, std::shared_ptr<prepared_change> change, kind what)
    : core_(core), change_(std::move(change)), kind_(what), arena_start_(change_->rows.bytes()) {
  change_->is_transaction = what == kind::transaction;
}

item_write& write_list::add(const write_parameters& p) {
  if (!only_ && items_.empty()) return only_.emplace(core_, p);
  if (only_) {
    items_.push_back(*std::move(only_));
    only_.reset();
  }
  return items_.emplace_back(core_, p);
}

std::span<item_write> write_list::items() noexcept { return only_ ? std::span(&*only_, 1) : std::span(items_); }

result<void> write_list::prepare() {
  forget_prepared();
  if (auto found = find_keys(); !found) return found;
  lock();
  auto prepared = prepare_locked();
  if (!prepared) locks_.release();
  return prepared;
}

result<void> write_list::find_keys() {
  for (item_write& item : items()) {
    auto found = item.find_key();
    if (found) continue;
    if (kind_ == kind::writes || found.error().code() != errc::validation) return found;
    const auto table = core_.tables.find(item.parameters().table);
    if (table && has_empty_key(table->descriptor, item.parameters().keyed_item())) return found;
    item.refuse(found.error());
  }
  return kind_ == kind::transaction ? check_distinct() : result<void>();
}

result<void> write_list::check_distinct() {
  std::vector<std::string_view> keys;
  keys.reserve(items().size());
  for (const item_write& item : items()) {
    if (item.has_key()) keys.push_back(item.key());
  }
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) == keys.end()) return {};
  return fail(errc::validation, "Transaction request cannot include multiple operations on one item");
}

void write_list::lock() {
  if (only_ && !token_ && only_->has_key()) {
    const std::size_t stripe = only_->stripe();
    return locks_.lock(core_.locks, std::span(&stripe, 1));
  }
  std::vector<std::size_t> stripes;
  stripes.reserve(items().size() + 1);
  for (const item_write& item : items()) {
    if (item.has_key()) stripes.push_back(item.stripe());
  }
  if (token_) stripes.push_back(token_->stripe());
  locks_.lock(core_.locks, stripes);
}

result<void> write_list::prepare_locked() {
  replay_ = false;
  if (!token_) return prepare_items();
  const auto seen = token_->look_up(locks_.of(token_->stripe()));
  if (!seen) return std::unexpected(seen.error());
  switch (*seen) {
    case request_token::seen::never: break;
    case request_token::seen::same: replay_ = true; return look_at_items();
    case request_token::seen::other:  // DynamoDB's own words are not known
      return fail(errc::idempotent_parameter_mismatch,
                  "The ClientRequestToken was used within the last 10 minutes, with other parameters. Use a new one");
  }
  if (auto prepared = prepare_items(); !prepared) return prepared;
  if (!is_refused()) token_->lay_down(*change_);
  return {};
}

result<void> write_list::prepare_items() {
  std::size_t size = 0;
  for (item_write& item : items()) {
    if (!item.has_key()) continue;
    if (auto prepared = item.prepare(*change_, locks_.of(item.stripe())); !prepared) return prepared;
    size += item.new_size();
  }
  if (kind_ == kind::writes || size <= limits::transaction_size_max) return {};
  return transaction_too_large();
}

result<void> write_list::look_at_items() {
  for (item_write& item : items()) {
    if (!item.has_key() || !item.is_counted()) continue;
    if (auto looked = item.look(locks_.of(item.stripe())); !looked) return looked;
  }
  return {};
}

bool write_list::is_refused() noexcept {
  return !replay_ && std::ranges::any_of(items(), [](const item_write& item) { return item.refusal.has_value(); });
}

result<write_list::progress> write_list::enqueue(queue_slot& slot) {
  if (is_refused() && !change_->visible.empty()) forget_prepared();
  // What is only told must not outrun the values that it rests on: an empty change takes its place in the queue.
  const bool waits = !change_->visible.empty() || (token_ && token_->rests_on_pending()) ||
                     std::ranges::any_of(items(), &item_write::rests_on_pending);
  if (!waits) {
    locks_.release();
    charge();
    return progress::known;
  }
  for (const prepared_change::visible_row& row : change_->visible) {
    locks_.of(row.stripe).reserve(1);
  }
  change_->prepared_for.clear();
  for (const item_write& item : items()) {
    const bool is_known = !change_->prepared_for.empty() && change_->prepared_for.back() == item.table();
    if (!is_known && item.has_key()) change_->prepared_for.push_back(item.table());
  }
  const committer::verdict verdict = core_.commits->enqueue(change_);
  if (verdict == committer::verdict::queued) {
    slot.use();
    for (const prepared_change::visible_row& row : change_->visible) {
      locks_.of(row.stripe).publish(change_, row.operation);
    }
  }
  locks_.release();
  if (verdict == committer::verdict::queued) charge();
  switch (verdict) {
    case committer::verdict::queued: core_.note_expiry(change_->soonest_expiry); return progress::queued;
    case committer::verdict::stale: return progress::stale;
    case committer::verdict::refused: return read_only(core_);
    case committer::verdict::no_thread: break;
  }
  return std::unexpected(core_.commits->why_no_thread());
}

// Nothing where one item was throttled: then the list has not begun. A transaction takes double.
void write_list::charge() {
  if (core_.throughput == nullptr) return;
  const auto is_throttled = [](const item_write& item) {
    return item.refusal && item.refusal->code() == errc::throttled;
  };
  if (std::ranges::any_of(items(), is_throttled)) return;
  for (item_write& item : items()) {
    if (item.has_key()) item.charge(kind_ == kind::writes ? 1 : 2);
  }
}

// Takes back what the items laid down. What the caller laid down before them stays.
void write_list::forget_prepared() {
  change_->rows.forget(arena_start_);
  change_->number_slots.clear();
  change_->visible.clear();
  change_->soonest_expiry = prepared_change::no_expiry;
}

std::optional<result<reply>> enqueue_one(write_list& list, prepared_change& change, queue_slot& slot,
                                         response_writer write) {
  return enqueue_list(list, change, slot, [&] {
    const item_write& item = list.items().front();
    change.answer_error = item.refusal;
    if (write != nullptr && !item.refusal) change.answer = reply(write(item.parameters(), item.outcome()));
  });
}

result<reply> wait_for_answer(engine_core& core, prepared_change& change) {
  if (auto committed = core.commits->wait(change); !committed) return std::unexpected(committed.error());
  if (change.answer_error) return std::unexpected(*std::move(change.answer_error));
  return std::move(change.answer);
}

std::unexpected<error> transaction_too_large() {
  // DynamoDB's own words are not known.
  return fail(errc::validation,
              fmt::format("The items of a transaction have more than {} bytes in all", limits::transaction_size_max));
}

}  // namespace dynamo::engine

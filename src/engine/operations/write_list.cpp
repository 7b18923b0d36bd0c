#include "write_list.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::engine {

write_list::write_list(engine_core& core, std::shared_ptr<prepared_change> change)
    : core_(core), change_(std::move(change)), arena_start_(change_->rows.bytes()) {}

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
  const std::span<item_write> all = items();
  for (item_write& item : all) {
    if (auto found = item.find_key(); !found) return found;
  }
  if (only_) {
    const std::size_t stripe = only_->stripe();
    locks_.lock(core_.locks, std::span(&stripe, 1));
  } else {
    std::vector<std::size_t> stripes(all.size());
    std::ranges::transform(all, stripes.begin(), &item_write::stripe);
    locks_.lock(core_.locks, stripes);
  }
  for (item_write& item : all) {
    if (auto prepared = item.prepare(*change_, locks_.of(item.stripe())); !prepared) {
      locks_.release();
      return prepared;
    }
  }
  return {};
}

bool write_list::is_refused() noexcept {
  return std::ranges::any_of(items(), [](const item_write& item) { return item.refusal.has_value(); });
}

result<write_list::progress> write_list::enqueue(queue_slot& slot) {
  if (is_refused() && !change_->visible.empty()) forget_prepared();
  // What is only told must not outrun the values that it rests on: an empty change takes its place in the queue.
  const bool waits = !change_->visible.empty() || std::ranges::any_of(items(), &item_write::rests_on_pending);
  if (!waits) {
    locks_.release();
    return progress::known;
  }
  for (const prepared_change::visible_row& row : change_->visible) {
    const auto of_stripe = std::ranges::count(change_->visible, row.stripe, &prepared_change::visible_row::stripe);
    locks_.of(row.stripe).reserve(static_cast<std::size_t>(of_stripe));
  }
  change_->prepared_for.clear();
  for (const item_write& item : items()) change_->prepared_for.push_back(item.table());
  const committer::verdict verdict = core_.commits->enqueue(change_);
  if (verdict == committer::verdict::queued) {
    slot.use();
    for (const prepared_change::visible_row& row : change_->visible) {
      locks_.of(row.stripe).publish(change_, row.operation);
    }
  }
  locks_.release();
  switch (verdict) {
    case committer::verdict::queued: return progress::queued;
    case committer::verdict::stale: return progress::stale;
    case committer::verdict::refused: return read_only(core_);
    case committer::verdict::no_thread: break;
  }
  return std::unexpected(core_.commits->why_no_thread());
}

// Takes back what the items laid down. What the caller laid down before them stays.
void write_list::forget_prepared() {
  change_->rows.forget(arena_start_);
  change_->number_slots.clear();
  change_->visible.clear();
}

std::optional<result<reply>> enqueue_one(write_list& list, prepared_change& change, queue_slot& slot,
                                         response_writer write) {
  item_write& item = list.items().front();
  while (true) {
    if (auto prepared = list.prepare(); !prepared) return std::unexpected(prepared.error());
    change.answer_error = item.refusal;
    if (write != nullptr && !item.refusal) change.answer = reply(write(item.parameters(), item.outcome()));
    const auto done = list.enqueue(slot);
    if (!done) return std::unexpected(done.error());
    switch (*done) {
      case write_list::progress::queued: return std::nullopt;
      case write_list::progress::known:
        if (change.answer_error) return std::unexpected(*std::move(change.answer_error));
        return std::move(change.answer);
      case write_list::progress::stale: break;
    }
  }
}

}  // namespace dynamo::engine

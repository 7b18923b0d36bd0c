#include "index_updates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {

index_set_change::index_set_change(const table_parameters& p) : definitions_(p.definitions) {
  if (!p.index_updates) return;
  for (const index_update& one : *p.index_updates) {
    if (one.create) create_ = &*one.create;
    if (one.remove) remove_ = &*one.remove;
  }
}

result<void> index_set_change::check(const table_descriptor& table) {
  if (remove_ != nullptr) return check_removal(table);
  if (create_ == nullptr) return {};
  auto made = make_added_index(*create_, definitions_, table);
  if (!made) return std::unexpected(made.error());
  if (std::ranges::any_of(table.indexes, &index_descriptor::filling)) return too_many_index_actions();
  added_ = *std::move(made);
  return {};
}

// One that is being filled may go; no other may go meanwhile.
result<void> index_set_change::check_removal(const table_descriptor& table) const {
  const index_descriptor* const found = table.find_index(remove_->name);
  if (found == nullptr || !found->global) {  // the error is AWS's, the words are ours
    return fail(errc::resource_not_found, fmt::format("Requested resource not found: Index: {} of table: {} not found",
                                                      remove_->name, table.name));
  }
  if (!found->filling && std::ranges::any_of(table.indexes, &index_descriptor::filling))
    return too_many_index_actions();
  return {};
}

result<void> index_set_change::apply(engine_core& core, table_change& change) {
  if (remove_ != nullptr) change.remove_index(remove_->name);
  if (!added_) return {};
  const auto id = core.tables.take_ids(1);
  if (!id) return std::unexpected(id.error());
  added_->id = *id;
  change.add_index(*std::move(added_));
  return {};
}

void index_set_change::note_committed(engine_core& core, const table_change& change) const {
  if (change.index.action == index_action::add)
    core.backfilling->note_added(change.next.name, change.next.indexes.back().id);
  if (change.removed) core.reclaiming->note_dropped(change.removed->id);
}

}  // namespace dynamo::engine

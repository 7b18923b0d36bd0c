#include "index_updates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {

index_set_change::index_set_change(const table_parameters& p) : definitions_(p.definitions) {
  for (std::size_t i = 0; p.index_updates && i < p.index_updates->size(); ++i) {
    const index_update& one = (*p.index_updates)[i];
    if (one.create) create_ = &*one.create;
    if (one.remove) remove_ = &*one.remove;
  }
  for (std::size_t i = 0; p.vector_updates && i < p.vector_updates->size(); ++i) {
    const vector_index_update& one = (*p.vector_updates)[i];
    if (one.create) create_vectors_ = &*one.create;
    if (one.remove) remove_vectors_ = &*one.remove;
  }
}

result<void> index_set_change::check(const table_descriptor& table) {
  if (remove_ != nullptr) return check_removal(table);
  if (remove_vectors_ != nullptr) return check_vector_removal(table);
  if (create_ != nullptr) {
    if (table.find_vector_index(create_->name) != nullptr) {
      return fail(errc::validation, "Attempting to create an index which already exists");
    }
    auto made = make_added_index(*create_, definitions_, table);
    if (!made) return std::unexpected(made.error());
    added_ = *std::move(made);
  } else if (create_vectors_ != nullptr) {
    auto made = make_added_vector_index(*create_vectors_, definitions_, table);
    if (!made) return std::unexpected(made.error());
    added_vectors_ = *std::move(made);
  } else {
    return {};
  }
  return table.is_filling() ? result<void>(too_many_index_actions()) : result<void>();
}

// One that is being filled may go; no other may go meanwhile.
result<void> index_set_change::check_removal(const table_descriptor& table) const {
  const index_descriptor* const found = table.find_index(remove_->name);
  if (found == nullptr || !found->global) {  // the error is AWS's, the words are ours
    return fail(errc::resource_not_found, fmt::format("Requested resource not found: Index: {} of table: {} not found",
                                                      remove_->name, table.name));
  }
  if (!found->filling && table.is_filling()) return too_many_index_actions();
  return {};
}

result<void> index_set_change::check_vector_removal(const table_descriptor& table) const {
  const vector_index_descriptor* const found = table.find_vector_index(remove_vectors_->name);
  if (found == nullptr) {  // the error is AWS's, the words are ours
    return fail(errc::resource_not_found, fmt::format("Requested resource not found: Index: {} of table: {} not found",
                                                      remove_vectors_->name, table.name));
  }
  if (!found->filling && table.is_filling()) return too_many_index_actions();
  return {};
}

result<void> index_set_change::apply(engine_core& core, table_change& change) {
  if (remove_ != nullptr) change.remove_index(remove_->name);
  if (remove_vectors_ != nullptr) change.remove_vector_index(remove_vectors_->name);
  if (!added_ && !added_vectors_) return {};
  const auto id = core.tables.take_ids(1);
  if (!id) return std::unexpected(id.error());
  if (added_) {
    added_->id = *id;
    change.add_index(*std::move(added_));
  } else {
    added_vectors_->id = *id;
    change.add_vector_index(*std::move(added_vectors_));
  }
  return {};
}

void index_set_change::note_committed(engine_core& core, const table_change& change) const {
  if (change.index.action == index_action::add) {
    const bool vectors = create_vectors_ != nullptr;
    core.backfilling->note_added(change.next.name,
                                 vectors ? change.next.vector_indexes.back().id : change.next.indexes.back().id);
  }
  if (change.removed) core.reclaiming->note_dropped(change.removed->id);
  if (change.removed_vector_index) core.reclaiming->note_dropped(change.removed_vector_index->id);
}

}  // namespace dynamo::engine

#include "item_write.hpp"

#include <engine/change_log/change_record.hpp>
#include <engine/rows/index_key.hpp>
#include <engine/rows/index_rows.hpp>
#include <engine/rows/item_collection.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

write_batch::span item_in(write_batch::span row) { return {row.offset + row_header_size, row.size - row_header_size}; }

}  // namespace

// The key has a buffer of its own: while the arena grows, nothing may look into the item there.
result<json::buffer> validate_keys(const engine_core& core, const table_descriptor& table, const write_parameters& p) {
  const bool is_put = p.operation == operation_name::put_item;
  const std::string_view keyed = p.keyed_item();
  json::buffer key;
  if (auto made = append_row_key(key, core.rows->prefix(), table, keyed, is_put ? key_use::in_item : key_use::lookup);
      !made) {
    return std::unexpected(made.error());
  }
  if (is_put) {
    if (auto valid = check_index_keys(table, keyed, index_key_source::item); !valid) {
      return std::unexpected(valid.error());
    }
  }
  return key;
}

item_write::item_write(engine_core& core, const write_parameters& p) : core_(core), p_(p) {}

void item_write::set_key(std::shared_ptr<const table_entry> of, json::buffer key) {
  table_ = std::move(of);
  key_ = std::move(key);
  stripe_ = key_locks::stripe_of(key_.view());
}

result<void> item_write::find_key() {
  auto now = core_.tables.find(p_.table);
  if (!now) return table_not_found();
  if (now == table_) return {};
  auto key = validate_keys(core_, now->descriptor, p_);
  if (!key) return std::unexpected(key.error());
  set_key(std::move(now), *std::move(key));
  return {};
}

result<void> item_write::prepare(prepared_change& change, const key_locks::guard& lock) {
  const table_descriptor& table = table_->descriptor;
  refusal.reset();
  new_item_.reset();
  consumed_ = {};
  if (auto found = find_old(lock); !found) return found;

  decision decided = decide(p_, table, old_item_, change.rows);
  switch (decided.what) {
    case decision::kind::refused: refusal = std::move(decided.refusal); return {};
    case decision::kind::unchanged:
      consumed_.table = write_units(std::max(old_size_, p_.item_size));
      unchanged_ = true;
      return {};
    case decision::kind::store: new_item_ = item_in(decided.row); break;
    case decision::kind::erase: break;
  }
  unchanged_ = false;
  lay_down(change, decided);
  return {};
}

write_outcome item_write::outcome() const {
  write_outcome came{.old_item = old_item_, .new_item = {}, .consumed = consumed_, .item_collection = {}};
  if (unchanged_) {
    came.new_item = old_item_;
  } else if (new_item_) {
    came.new_item = p_.rows->text(*new_item_);
  }
  if (p_.item_collections && has_item_collections(table_->descriptor)) {
    write_item_collection(came.item_collection, *core_.rows, table_->descriptor, p_.keyed_item());
  }
  return came;
}

result<void> item_write::find_old(const key_locks::guard& lock) {
  old_item_ = {};
  old_size_ = 0;
  pending_.reset();
  if (!needs_old_item(p_, table_->descriptor)) return {};
  const std::string_view key = key_.view();
  pending_ = lock.latest(key);
  if (pending_) return take_old(pending_->row);
  loaded_.clear();
  value_copier copy(loaded_);
  const auto found = core_.rows->get(key, copy);
  if (!found) return std::unexpected(found.error());
  return take_old(*found ? std::optional(loaded_.view()) : std::nullopt);
}

result<void> item_write::take_old(std::optional<std::string_view> row) {
  stored_row old;
  if (!row) return {};
  if (!read_row(*row, old)) return unknown_row(p_.table);
  old_item_ = old.item;
  old_size_ = old.item_size;
  return {};
}

// The row, its change record and its index rows.
void item_write::lay_down(prepared_change& change, const decision& decided) {
  const table_descriptor& table = table_->descriptor;
  write_batch& rows = change.rows;
  const std::size_t operation = rows.operations().size();
  const write_batch::span key_span = rows.lay_down(key_.view());
  if (decided.what == decision::kind::store) {
    rows.put(key_span, decided.row);
  } else {
    rows.erase(key_span);
  }
  if (table.stream) record_change(change, *table.stream, decided);
  stored_row stored;
  read_row(rows.text(decided.row), stored);
  consumed_ = {write_units(std::max(old_size_, stored.item_size)), {}, {}};
  if (!table.indexes.empty()) {
    append_index_rows(rows, core_.rows->prefix(), table, key_.view(), {old_size_, old_item_}, decided.row,
                      p_.capacity == capacity_report::none ? nullptr : &consumed_);
  }
  change.visible.push_back({operation, stripe_});
}

void item_write::record_change(prepared_change& change, const stream_descriptor& stream,
                               const decision& decided) const {
  change_record record;
  const bool erased = decided.what == decision::kind::erase;
  record.kind = erased ? change_kind::remove : old_item_.empty() ? change_kind::insert : change_kind::modify;
  record.when = core_.now();
  record.logged = core_.ages->now();
  record.old_image = old_item_;
  json::buffer keys;
  append_keys(keys, table_->descriptor.key, erased ? old_item_ : change.rows.text(item_in(decided.row)));
  record.keys = keys.view();
  append_change_record(change, core_.rows->prefix(), stream, record,
                       erased ? write_batch::span() : item_in(decided.row));
}

}  // namespace dynamo::engine

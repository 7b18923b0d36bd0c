#include "item_write.hpp"

#include <engine/item_changes/lay_down.hpp>
#include <engine/rows/index_key.hpp>
#include <engine/rows/item_collection.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/rows/vector_value.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

write_batch::span item_in(write_batch::span row) { return {row.offset + row_header_size, row.size - row_header_size}; }

// It rests on nothing: if the ongoing transaction should be lost, it was ongoing all the same.
error conflict() { return error(errc::transaction_conflict, "Transaction is ongoing for the item"); }

}  // namespace

// The key has a buffer of its own: while the arena grows, nothing may look into the item there.
result<json::buffer> validate_keys(const engine_core& core, const table_descriptor& table, const write_parameters& p,
                                   key_use of_put) {
  const bool is_put = p.operation == operation_name::put_item;
  const std::string_view keyed = p.keyed_item();
  json::buffer key;
  if (auto made = append_row_key(key, core.rows->prefix(), table, keyed, is_put ? of_put : key_use::lookup); !made) {
    return std::unexpected(made.error());
  }
  if (is_put) {
    if (auto valid = check_index_keys(table, keyed, index_key_source::item); !valid) {
      return std::unexpected(valid.error());
    }
    if (auto valid = check_vectors(table, keyed, index_key_source::item); !valid) {
      return std::unexpected(valid.error());
    }
    if (auto valid = check_item_size(p); !valid) return std::unexpected(valid.error());
  }
  if (p.operation == operation_name::update_item) {
    if (auto valid = check_update(p, table); !valid) return std::unexpected(valid.error());
    if (auto valid = check_statement_size(p); !valid) return std::unexpected(valid.error());
  }
  return key;
}

item_write::item_write(engine_core& core, const write_parameters& p)
    : core_(core), p_(p), throughput_(core.throughput.get()) {}

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
  new_size_ = 0;
  consumed_ = {};
  only_looked_at_ = false;
  if (lock.is_in_transaction(key_.view())) {
    old_.clear();
    refusal = conflict();
    return {};
  }
  if (auto admitted = throughput_.check_table(table, key_.view(), core_.rows->prefix()); !admitted) {
    throttle(admitted.error());
    return {};
  }
  if (auto found = find_old(lock); !found) return found;

  decision decided = decide(p_, table, old_.row().item, change.rows);
  switch (decided.what) {
    case decision::kind::refused:
      refusal = std::move(decided.refusal);
      consumed_.table = write_units(written_size(table, old_.row().item, old_.row().item_size));
      return {};
    case decision::kind::unchanged:
      consumed_.table = write_units(written_size(table, old_.row().item, old_.row().item_size));
      unchanged_ = true;
      return {};
    case decision::kind::store: {
      stored_row made;
      read_row(change.rows.text(decided.row), made);
      new_size_ = made.item_size;
      new_item_ = item_in(decided.row);
      break;
    }
    case decision::kind::erase: break;
  }
  unchanged_ = false;
  const std::size_t operations_before = change.rows.operations().size();
  consumed_ =
      lay_down(change, core_.rows->prefix(), {table, key_.view(), stripe_, old_.row(), decided.row},
               {core_.time(), *core_.ages}, is_counted() ? index_capacity::counted : index_capacity::not_counted);
  if (auto admitted = throughput_.check_indexes(change.rows, operations_before, core_.rows->prefix(), consumed_);
      !admitted) {
    throttle(admitted.error());
  }
  return {};
}

write_outcome item_write::outcome() const {
  write_outcome came{.old_item = old_.row().item, .new_item = {}, .consumed = consumed_, .item_collection = {}};
  if (unchanged_) {
    came.new_item = old_.row().item;
  } else if (new_item_) {
    came.new_item = p_.rows->text(*new_item_);
  }
  if (p_.item_collections && has_item_collections(table_->descriptor)) {
    write_item_collection(came.item_collection, *core_.rows, table_->descriptor, p_.keyed_item());
  }
  return came;
}

void item_write::refuse(error why) {
  old_.clear();
  new_item_.reset();
  new_size_ = 0;
  key_.clear();
  table_.reset();  // so that the key is looked for anew
  refusal = std::move(why);
}

result<void> item_write::look(const key_locks::guard& lock) {
  refusal.reset();
  new_item_.reset();
  new_size_ = 0;
  if (auto found = find_old(lock); !found) return found;
  consumed_ = {read_units(old_.row().item_size, true), {}, {}};
  unchanged_ = true;
  only_looked_at_ = true;
  return {};
}

// It rests on nothing, so it is told at once. What was laid down is forgotten with the rest of the change.
void item_write::throttle(error why) {
  old_.clear();
  new_item_.reset();
  refusal = std::move(why);
}

bool item_write::is_counted() const noexcept {
  return p_.capacity != capacity_report::none || throughput_.is_enforced();
}

void item_write::charge(double factor) {
  if (!throughput_.is_enforced() || (refusal && refusal->code() == errc::throttled)) return;
  if (only_looked_at_) {
    throughput_.charge_read(table_->descriptor, key_.view(), core_.rows->prefix(), consumed_, factor);
  } else {
    throughput_.charge(consumed_, factor);
  }
}

result<void> item_write::find_old(const key_locks::guard& lock) {
  old_.clear();
  if (!needs_old_item(p_, table_->descriptor) && !throughput_.is_enforced()) return {};
  return old_.read(*core_.rows, lock, key_.view(), p_.table);
}

}  // namespace dynamo::engine

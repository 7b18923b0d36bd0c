#include "lay_down.hpp"

#include <engine/change_log/change_record.hpp>
#include <engine/rows/expiry.hpp>
#include <engine/rows/index_rows.hpp>
#include <engine/rows/vector_row.hpp>
#include <engine/rows/vector_value.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

write_batch::span item_in(write_batch::span row) { return {row.offset + row_header_size, row.size - row_header_size}; }

void record_change(prepared_change& change, std::string_view store_prefix, const item_change& what,
                   const change_clocks& clocks) {
  const bool erased = what.after.size == 0;
  const write_batch::span item = erased ? write_batch::span() : item_in(what.after);
  change_record record;
  record.kind = erased ? change_kind::remove : what.before.item.empty() ? change_kind::insert : change_kind::modify;
  record.by_ttl = what.by_ttl;
  record.when = clocks.wall.now();
  record.logged = clocks.ages.now();
  record.old_image = what.before.item;
  json::buffer keys;
  append_keys(keys, what.table.key, erased ? what.before.item : change.rows.text(item));
  record.keys = keys.view();
  append_change_record(change, store_prefix, *what.table.stream, record, item);
}

}  // namespace

consumed_capacity lay_down(prepared_change& change, std::string_view store_prefix, const item_change& what,
                           const change_clocks& clocks, index_capacity counted) {
  write_batch& rows = change.rows;
  const std::size_t operation = rows.operations().size();
  const write_batch::span key = rows.lay_down(what.key);
  if (what.after.size > 0) {
    rows.put(key, what.after);
  } else {
    rows.erase(key);
  }
  if (what.table.stream) record_change(change, store_prefix, what, clocks);
  stored_row after;
  read_row(rows.text(what.after), after);
  consumed_capacity consumed{write_units(std::max(written_size(what.table, what.before.item, what.before.item_size),
                                                  written_size(what.table, after.item, after.item_size))),
                             {},
                             {}};
  // First: what follows appends to the arena that the item lies in.
  if (const ttl_descriptor* ttl = what.table.enabled_ttl()) {
    const auto expires = expiry_of(after.item, ttl->attribute);
    append_expiry_rows(rows, store_prefix, ttl->id, what.key, expiry_of(what.before.item, ttl->attribute), expires);
    change.soonest_expiry = std::min(change.soonest_expiry, expires.value_or(prepared_change::no_expiry));
  }
  if (!what.table.indexes.empty()) {
    append_index_rows(rows, store_prefix, what.table, what.key, what.before, what.after,
                      counted == index_capacity::counted ? &consumed : nullptr);
  }
  if (!what.table.vector_indexes.empty()) {
    append_vector_rows(rows, store_prefix, what.table, what.key, what.before, what.after,
                       counted == index_capacity::counted ? &consumed : nullptr);
  }
  change.visible.push_back({operation, what.stripe});
  return consumed;
}

}  // namespace dynamo::engine

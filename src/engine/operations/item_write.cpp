#include "item_write.hpp"

#include <engine/change_log/change_record.hpp>
#include <engine/responses/write_response.hpp>
#include <engine/rows/index_key.hpp>
#include <engine/rows/index_rows.hpp>
#include <engine/rows/item_collection.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {

// The key is laid down apart from the item, which it must not look into while the arena grows.
result<json::buffer> validate_keys(const engine_core& core, const table_descriptor& table, const write_parameters& p,
                                   const write_batch& rows) {
  const bool is_put = p.operation == operation_name::put_item;
  const std::string_view keyed = keyed_item(p, rows);
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

item_write::item_write(engine_core& core, const write_parameters& p, std::shared_ptr<prepared_change> change)
    : core_(core), p_(p), change_(std::move(change)), arena_start_(change_->rows.bytes()) {}

std::optional<result<reply>> item_write::enqueue(queue_slot& slot) {
  while (true) {
    change_->rows.forget(arena_start_);
    const auto table = core_.tables.find(*p_.table);
    if (!table) return table_not_found();
    if (auto done = enqueue_for(table, slot)) return done;
    if (enqueued_) return std::nullopt;
  }
}

std::optional<result<reply>> item_write::enqueue_for(const std::shared_ptr<const table_entry>& entry,
                                                     queue_slot& slot) {
  const table_descriptor& table = entry->descriptor;
  write_batch& rows = change_->rows;
  if (validated_for_ != entry) {
    auto key = validate_keys(core_, table, p_, rows);
    if (!key) return std::unexpected(key.error());
    set_key(entry, *std::move(key));
  }
  const std::string_view key = key_.view();

  const std::size_t stripe = key_locks::stripe_of(key);
  key_locks::guard lock(core_.locks, stripe);
  old_item_ = {};
  old_size_ = 0;
  bool rests_on_pending = false;
  if (needs_old_item(p_, table)) {
    pending_ = lock.latest(key);
    rests_on_pending = pending_.has_value();
    if (auto read = rests_on_pending ? take_old(pending_->row) : load_old(key); !read) {
      return std::unexpected(read.error());
    }
  }

  decision decided = decide(p_, table, old_item_, rows);
  if (decided.what == decision::kind::refused || decided.what == decision::kind::unchanged) {
    if (decided.refusal) {
      change_->answer_error = std::move(decided.refusal);
    } else {
      consumed_.table = write_units(std::max(old_size_, p_.item_size));
      change_->answer = reply(write_response(p_, old_item_, old_item_, consumed_, item_collection(table).view()));
    }
    if (!rests_on_pending) return settled_answer();
    // Nothing is written, but the reply must not outrun the value it rests on: an empty change takes its place in the queue.
    return finish(entry, lock, std::nullopt, slot);
  }

  const std::size_t operation = rows.operations().size();
  const write_batch::span key_span = rows.lay_down(key);
  if (decided.what == decision::kind::store) {
    rows.put(key_span, decided.row);
  } else {
    rows.erase(key_span);
  }
  if (table.stream) record_change(*table.stream, table, decided);
  stored_row stored;
  read_row(rows.text(decided.row), stored);
  consumed_ = {write_units(std::max(old_size_, stored.item_size)), {}, {}};
  if (!table.indexes.empty()) {
    append_index_rows(rows, core_.rows->prefix(), table, key, {old_size_, old_item_}, decided.row,
                      p_.capacity == capacity_report::none ? nullptr : &consumed_);
  }
  const std::string_view new_item =
      decided.what == decision::kind::store ? rows.text(decided.row).substr(row_header_size) : std::string_view();
  change_->answer = reply(write_response(p_, old_item_, new_item, consumed_, item_collection(table).view()));
  change_->visible.push_back({operation, stripe});
  return finish(entry, lock, operation, slot);
}

// Into the queue, under the key's lock. Nothing, with enqueued_ unset, if the table changed and all is to be done anew.
std::optional<result<reply>> item_write::finish(const std::shared_ptr<const table_entry>& entry, key_locks::guard& lock,
                                                std::optional<std::size_t> operation, queue_slot& slot) {
  if (operation) lock.reserve();
  change_->prepared_for.assign(1, entry);
  switch (core_.commits->enqueue(change_)) {
    case committer::verdict::stale: reset(); return std::nullopt;
    case committer::verdict::refused: return read_only(core_);
    case committer::verdict::no_thread: return std::unexpected(core_.commits->why_no_thread());
    case committer::verdict::queued: break;
  }
  slot.use();
  enqueued_ = true;
  if (operation) lock.publish(change_, *operation);
  lock.release();
  return std::nullopt;
}

json::buffer item_write::item_collection(const table_descriptor& table) const {
  json::buffer out;
  if (!p_.item_collection || !has_item_collections(table)) return out;
  write_item_collection(out, *core_.rows, table, keyed_item(p_, change_->rows));
  return out;
}

void item_write::reset() {
  change_->number_slots.clear();
  change_->visible.clear();
  change_->answer_error.reset();
  consumed_ = {};
}

result<reply> item_write::settled_answer() {
  if (change_->answer_error) return std::unexpected(*std::move(change_->answer_error));
  return std::move(change_->answer);
}

result<void> item_write::take_old(std::optional<std::string_view> row) {
  stored_row old;
  if (!row) return {};
  if (!read_row(*row, old)) {
    return fail(errc::corruption,
                fmt::format("A row of table {} has a format that this version does not know", *p_.table));
  }
  old_item_ = old.item;
  old_size_ = old.item_size;
  return {};
}

result<void> item_write::load_old(std::string_view key) {
  loaded_.clear();
  value_copier copy(loaded_);
  const auto found = core_.rows->get(key, copy);
  if (!found) return std::unexpected(found.error());
  return take_old(*found ? std::optional(loaded_.view()) : std::nullopt);
}

void item_write::record_change(const stream_descriptor& stream, const table_descriptor& table,
                               const decision& decided) {
  change_record record;
  const bool erased = decided.what == decision::kind::erase;
  record.kind = erased ? change_kind::remove : old_item_.empty() ? change_kind::insert : change_kind::modify;
  record.when = core_.now();
  record.logged = core_.ages->now();
  record.old_image = old_item_;
  json::buffer keys;
  write_batch& rows = change_->rows;
  append_keys(keys, table.key, erased ? old_item_ : rows.text(decided.row).substr(row_header_size));
  record.keys = keys.view();
  write_batch::span image;
  if (!erased) image = {decided.row.offset + row_header_size, decided.row.size - row_header_size};
  append_change_record(*change_, core_.rows->prefix(), stream, record, image);
}

result<reply> write_item(engine_core& core, const request& r) {
  auto change = std::make_shared<prepared_change>();
  auto parameters = read_write_parameters(r, change->rows);
  if (!parameters) return std::unexpected(parameters.error());
  core.commits->reserve();
  queue_slot slot(*core.commits);
  item_write write(core, *parameters, change);
  if (auto known = write.enqueue(slot)) return *std::move(known);
  if (auto committed = core.commits->wait(*change); !committed) return std::unexpected(committed.error());
  if (change->answer_error) return std::unexpected(*std::move(change->answer_error));
  return std::move(change->answer);
}

void write_item(engine_core& core, const request& r, reply_sink& sink) {
  auto change = std::make_shared<prepared_change>();
  auto parameters = read_write_parameters(r, change->rows);
  if (!parameters) return sink.complete(std::unexpected(parameters.error()));
  if (!core.commits->try_reserve()) {
    return sink.complete(fail(errc::throttled, "The commit queue is full; try again"));
  }
  std::optional<result<reply>> known;
  {
    queue_slot slot(*core.commits);
    change->sink = &sink;
    known = item_write(core, *parameters, change).enqueue(slot);
  }
  if (known) return sink.complete(*std::move(known));
  core.commits->ensure_leader();
}

}  // namespace dynamo::engine

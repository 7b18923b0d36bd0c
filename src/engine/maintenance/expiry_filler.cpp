#include "expiry_filler.hpp"

#include <engine/rows/expiry.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/key_space.hpp>

#include <memory>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t tables_at_once = 64;

}  // namespace

result<std::optional<std::string>> stored_filling(const store& in, std::uint32_t ttl_id) {
  json::buffer key, place;
  append_expiry_prefix(key, in.prefix(), ttl_id);
  value_copier copy(place);
  const auto found = in.get(key.view(), copy);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::string(place.view());
}

expiry_filler::expiry_filler(store& rows, catalog& tables, committer& commits)
    : rows_(rows), tables_(tables), changes_(commits) {}

std::optional<std::chrono::microseconds> expiry_filler::run_slice() noexcept try {
  if (changes_.under_way()) return settles_soon;
  return walk_ ? walk() : find_table();
} catch (...) {  // no memory: later
  return after_failure;
}

std::optional<std::chrono::microseconds> expiry_filler::find_table() {
  const auto tables = tables_.expiring_after(looked_at_, tables_at_once);
  for (const auto& entry : tables) {
    const std::uint32_t id = entry->descriptor.enabled_ttl()->id;
    auto place = stored_filling(rows_, id);
    if (!place) return after_failure;
    looked_at_ = entry->descriptor.name;
    if (!*place) continue;
    walk_.emplace(entry->descriptor.name, id, **std::move(place));
    return std::chrono::microseconds(0);
  }
  if (tables.size() == tables_at_once) return std::chrono::microseconds(0);
  looked_at_.clear();
  // A table that was not there yet, or was being changed, when the pass went by is come to by another pass.
  if (changed_.exchange(false, std::memory_order_acquire)) return std::chrono::microseconds(0);
  return std::nullopt;
}

std::optional<std::chrono::microseconds> expiry_filler::walk() {
  const auto entry = tables_.find(walk_->table);
  const ttl_descriptor* const ttl = entry ? entry->descriptor.enabled_ttl() : nullptr;
  if (ttl == nullptr || ttl->id != walk_->ttl_id) {
    walk_.reset();
    return std::chrono::microseconds(0);
  }
  const auto change = std::make_shared<background_change>();
  std::string place = walk_->place;
  const auto more = lay_down(*change, entry->descriptor, place);
  if (!more) return after_failure;
  change->prepared_for.push_back(entry);
  switch (changes_.enqueue(change)) {
    case background_changes::verdict::queued: break;
    case background_changes::verdict::stale: return std::chrono::microseconds(0);
    case background_changes::verdict::full: return settles_soon;
    case background_changes::verdict::refused: return after_failure;
  }
  changes_.flush();
  if (*more) {
    walk_->place = std::move(place);
  } else {
    walk_.reset();
  }
  return std::chrono::microseconds(0);
}

// Says whether there are rows that it has not come to.
result<bool> expiry_filler::lay_down(prepared_change& change, const table_descriptor& table, std::string& place) {
  const ttl_descriptor& ttl = *table.enabled_ttl();
  json::buffer from;
  append_table_prefix(from, rows_.prefix(), table.id);
  const std::size_t prefix_size = from.size();
  const std::string end = after_prefix(from.view());
  from.append(place);
  const auto at = rows_.range(from.view(), end, direction::forward, stops::between_rows_too);
  std::size_t rows = 0, bytes = 0;
  for (; at->valid() && rows < rows_max && bytes < bytes_max; at->next(), ++rows) {
    bytes += at->value().size();
    place = at->key().substr(prefix_size);
    row_.clear();
    row_.append(at->value());  // with padding after it
    stored_row stored;
    if (!read_row(row_.view(), stored)) return unknown_row(table.name);
    append_expiry_rows(change.rows, rows_.prefix(), ttl.id, at->key(), std::nullopt,
                       expiry_of(stored.item, ttl.attribute));
  }
  const bool more = at->valid() || at->between_rows();
  if (at->between_rows()) place = at->key().substr(prefix_size);
  if (auto read = at->status(); !read) return std::unexpected(read.error());
  json::buffer filling;
  append_expiry_prefix(filling, rows_.prefix(), ttl.id);
  if (more) {
    change.rows.put(filling.view(), place);
  } else {
    change.rows.erase(filling.view());
  }
  return more;
}

}  // namespace dynamo::engine

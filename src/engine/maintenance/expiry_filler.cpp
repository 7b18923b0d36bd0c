#include "expiry_filler.hpp"

#include <engine/rows/expiry.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/key_space.hpp>

#include <memory>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t tables_at_once = 64;

std::string filling_key(const store& in, std::uint32_t ttl_id) {
  json::buffer key;
  append_expiry_prefix(key, in.prefix(), ttl_id);
  return std::string(key.view());
}

std::string first_part_of_keys(const store& in, const table_descriptor& table) {
  json::buffer begin;
  append_table_prefix(begin, in.prefix(), table.id);
  return std::string(begin.view());
}

// An item's TTL row. Of one that nobody can read there is none.
class ttl_rows final : public derived_rows {
 public:
  ttl_rows(std::string_view store_prefix, const ttl_descriptor& ttl) : store_prefix_(store_prefix), ttl_(ttl) {}
  virtual ~ttl_rows() = default;
  ttl_rows(const ttl_rows&) = delete;
  ttl_rows& operator=(const ttl_rows&) = delete;
  void lay_down(write_batch& into, std::string_view row_key, write_batch::span row) const override {
    stored_row stored;
    if (!read_row(into.text(row), stored)) return;
    append_expiry_rows(into, store_prefix_, ttl_.id, row_key, std::nullopt, expiry_of(stored.item, ttl_.attribute));
  }

 private:
  const std::string_view store_prefix_;
  const ttl_descriptor& ttl_;
};

}  // namespace

result<std::optional<std::string>> stored_filling(const store& in, std::uint32_t ttl_id) {
  json::buffer place;
  value_copier copy(place);
  const auto found = in.get(filling_key(in, ttl_id), copy);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::string(place.view());
}

expiry_filler::table_walk::table_walk(const expiry_filler& job, const table_descriptor& of)
    : table(of.name),
      ttl_id(of.enabled_ttl()->id),
      items(job.rows_, job.locks_, job.commits_, {filling_key(job.rows_, ttl_id), first_part_of_keys(job.rows_, of)}) {}

expiry_filler::expiry_filler(store& rows, catalog& tables, key_locks& locks, committer& commits)
    : rows_(rows), tables_(tables), locks_(locks), commits_(commits), ends_(commits) {}

std::optional<std::chrono::microseconds> expiry_filler::run_slice() noexcept try {
  if (ends_.under_way() != 0) return settles_soon;  // until then the table is not shown as done
  return walk_ ? walk() : find_table();
} catch (...) {  // no memory: later
  return after_failure;
}

std::optional<std::chrono::microseconds> expiry_filler::find_table() {
  const auto tables = tables_.expiring_after(looked_at_, tables_at_once);
  for (const auto& entry : tables) {
    const std::uint32_t id = entry->descriptor.enabled_ttl()->id;
    const auto place = stored_filling(rows_, id);
    if (!place) return after_failure;
    looked_at_ = entry->descriptor.name;
    if (!*place) continue;
    walk_.emplace(*this, entry->descriptor);
    walk_->items.resume_after(**place);
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
  switch (walk_->items.run_slice(entry, ttl_rows(rows_.prefix(), *ttl))) {
    case item_walk::progress::more:
      if (walk_->items.met_writers()) return settles_soon;
      break;
    case item_walk::progress::stale: break;
    case item_walk::progress::busy: return settles_soon;
    case item_walk::progress::failed:
    case item_walk::progress::stopped: return after_failure;
    case item_walk::progress::at_end: return end_walk(entry);
  }
  return std::chrono::microseconds(0);
}

// All rows are ahead of this change in the commit queue.
std::chrono::microseconds expiry_filler::end_walk(const std::shared_ptr<const table_entry>& entry) {
  const auto change = std::make_shared<background_change>();
  change->rows.erase(walk_->items.cursor().key);
  change->prepared_for.push_back(entry);
  switch (ends_.enqueue(change)) {
    case background_changes::verdict::queued: break;
    case background_changes::verdict::stale: return std::chrono::microseconds(0);
    case background_changes::verdict::full: return settles_soon;
    case background_changes::verdict::refused: return after_failure;
  }
  ends_.flush();
  walk_.reset();
  return std::chrono::microseconds(0);
}

}  // namespace dynamo::engine

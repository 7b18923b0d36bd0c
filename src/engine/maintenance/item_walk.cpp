#include "item_walk.hpp"

#include <engine/commit/queue_slot.hpp>
#include <engine/item_changes/latest_row.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

write_batch::span lay_down_row(write_batch& into, const stored_row& row) {
  json::buffer& arena = into.arena();
  const write_batch::span made{arena.size(), row_header_size + row.item.size()};
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  write_row_header(arena.data() + made.offset, row.item_size);
  arena.append(row.item);
  return made;
}

}  // namespace

// Some items on their way into one change.
class item_walk::batch {
 public:
  struct item {
    std::size_t key_at, key_size;  // in keys_
    std::size_t stripe;
    std::size_t first, end;  // the operations that were laid down for it
  };

  void add(std::string_view key, std::string_view row, const derived_rows& derived) {
    item made{keys_.size(), key.size(), key_locks::stripe_of(key), change->rows.operations().size(), 0};
    keys_.append(key);
    derived.lay_down(change->rows, key_of(made), change->rows.lay_down(row));
    made.end = change->rows.operations().size();
    items.push_back(made);
  }
  bool is_full() const noexcept { return items.size() >= batch_rows_max || change->rows.bytes() >= batch_bytes_max; }
  std::string_view key_of(const item& one) const noexcept {
    return std::string_view(keys_).substr(one.key_at, one.key_size);
  }

  const std::shared_ptr<background_change> change = std::make_shared<background_change>();
  std::vector<item> items;

 private:
  std::string keys_;  // not in the change's arena, which moves
};

item_walk::item_walk(const store& rows, key_locks& locks, committer& commits, walk_cursor cursor)
    : rows_(rows),
      locks_(locks),
      commits_(commits),
      cursor_(std::move(cursor)),
      before_reading_(std::make_unique<key_locks::moment>()),
      changes_(commits) {}

result<void> item_walk::resume() {
  json::buffer last;
  value_copier copy(last);
  const auto found = rows_.get(cursor_.key, copy);
  if (!found) return std::unexpected(found.error());
  resume_after(*found ? last.view() : std::string_view());
  return {};
}

void item_walk::resume_after(std::string_view cursor_value) {
  next_.clear();
  if (cursor_value.empty()) return;
  next_ = cursor_.first_part;
  next_ += cursor_value;
  next_ += '\0';
}

item_walk::progress item_walk::run_slice(const std::shared_ptr<const table_entry>& table, const derived_rows& derived) {
  if (changes_.under_way() >= in_flight_max) return progress::busy;
  json::buffer begin;
  append_table_prefix(begin, rows_.prefix(), table->descriptor.id);
  const std::string end = after_prefix(begin.view());
  met_writers_ = false;
  locks_.note(*before_reading_);  // before the iterator takes its snapshot
  const auto at = rows_.range(next_.empty() ? begin.view() : std::string_view(next_), end, direction::forward,
                              stops::between_rows_too);
  const progress came = read_rows(*at, table, derived);
  changes_.flush();
  return came;
}

item_walk::progress item_walk::read_rows(range_cursor& at, const std::shared_ptr<const table_entry>& table,
                                         const derived_rows& derived) {
  for (std::size_t looked_at = 0; at.valid() && looked_at < slice_rows_max;) {
    batch now;
    for (; at.valid() && !now.is_full(); at.next(), ++looked_at) now.add(at.key(), at.value(), derived);
    if (const progress came = enqueue(now, table, derived); came != progress::more) return came;
    next_ = now.key_of(now.items.back());
    next_ += '\0';
  }
  if (at.valid()) return progress::more;
  if (at.between_rows()) {
    next_ = at.key();
    return progress::more;
  }
  return at.status() ? progress::at_end : progress::failed;
}

item_walk::progress item_walk::enqueue(batch& now, const std::shared_ptr<const table_entry>& table,
                                       const derived_rows& derived) {
  if (!commits_.try_reserve()) return progress::busy;
  queue_slot slot(commits_);
  std::vector<std::size_t> stripes(now.items.size());
  std::ranges::transform(now.items, stripes.begin(), &batch::item::stripe);
  key_locks::guard_list held;
  held.lock(locks_, stripes);
  if (!read_again(now, held, table->descriptor.name, derived)) return progress::failed;
  write_batch& rows = now.change->rows;
  rows.put(cursor_.key, now.key_of(now.items.back()).substr(cursor_.first_part.size()));
  now.change->prepared_for.assign(1, table);
  const auto verdict = changes_.enqueue(now.change, slot);
  held.release();
  switch (verdict) {
    case background_changes::verdict::queued: return progress::more;
    case background_changes::verdict::stale: return progress::stale;
    case background_changes::verdict::refused: return progress::stopped;
    case background_changes::verdict::full: break;
  }
  return progress::busy;
}

// From the last item to the first: the positions of what is forgotten later stay right.
result<void> item_walk::read_again(batch& now, key_locks::guard_list& held, std::string_view table_name,
                                   const derived_rows& derived) {
  write_batch& rows = now.change->rows;
  latest_row latest;
  for (const batch::item& one : now.items | std::views::reverse) {
    const key_locks::guard& lock = held.of(one.stripe);
    if (lock.is_unchanged_since(*before_reading_)) continue;
    met_writers_ = true;
    rows.forget_operations(one.first, one.end);
    const std::string_view key = now.key_of(one);
    if (auto read = latest.read(rows_, lock, key, table_name); !read) return read;
    if (!latest.row().item.empty()) derived.lay_down(rows, key, lay_down_row(rows, latest.row()));
  }
  return {};
}

}  // namespace dynamo::engine

#include "ttl_sweeper.hpp"

#include <engine/item_changes/lay_down.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::chrono::microseconds at_once{0};

// Small beside the rate, so that it is kept within every second.
std::size_t rows_of_slice(std::uint32_t a_second) noexcept {
  return std::clamp<std::size_t>(a_second / 10, 1, ttl_sweeper::rows_max);
}

// From now until a row of this expiry is due.
std::chrono::microseconds until(expiry when, instant now) noexcept {
  constexpr expiry far = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  const std::chrono::seconds due(when < far ? when + 1 : far);
  const auto since_1970 = now.time_since_epoch();
  return since_1970 < std::chrono::microseconds(0) ? ttl_sweeper::looks_every : due - since_1970;
}

}  // namespace

ttl_sweeper::ttl_sweeper(const engine_parts& in, const ttl_sweep_options& how,
                         std::function<void(key_interval)> skipped)
    : in_(in),
      rows_per_second_(std::max<std::uint32_t>(how.items_per_second, 1)),
      rows_of_slice_(rows_of_slice(rows_per_second_)),
      skipped_(std::move(skipped)),
      changes_(in.commits) {}

std::optional<std::chrono::microseconds> ttl_sweeper::run_slice() noexcept try {
  if (changes_.under_way() != 0) return settles_soon;
  if (const auto now = in_.on.steady_now(); now < not_before_) return std::chrono::ceil<wait>(not_before_ - now);
  swept_ = 0;
  const auto again = sweep_tables();
  count_against_rate();
  return again;
} catch (...) {  // no memory: later
  return looks_every;
}

std::optional<std::chrono::microseconds> ttl_sweeper::sweep_tables() {
  const auto tables = in_.tables.expiring_after(done_, tables_max);
  for (const auto& entry : tables) {
    const auto came = sweep_table(entry);
    changes_.flush();
    if (!came) return looks_every;
    switch (*came) {
      case came_to::its_end: break;
      case came_to::the_slices_end: return at_once;
      case came_to::a_full_queue:
      case came_to::a_stale_table: return settles_soon;
      case came_to::no_more_writes: return looks_every;
    }
    done_ = entry->descriptor.name;
    resume_.clear();
  }
  return tables.size() == tables_max ? at_once : end_pass();
}

// Tables that are being changed were passed over: what changes them wakes maintenance.
std::optional<std::chrono::microseconds> ttl_sweeper::end_pass() {
  done_.clear();
  resume_.clear();
  expiry next = std::exchange(next_, std::nullopt).value_or(no_expiry);
  if (!in_.tables.has_expiring()) return std::nullopt;
  const instant now = in_.wall.now();
  if (const expiry noted = noted_.exchange(no_expiry); noted != no_expiry) {
    looks_in_ = looks_first;
    next = std::min(next, noted);
  }
  wait again = looks_every;
  if (looks_in_ < looks_last) again = std::exchange(looks_in_, 2 * looks_in_);
  if (const auto from_now = until(next, now); from_now < again) again = std::max<wait>(from_now, looks_first);
  comes_before_ = due_at(now + again).end;
  return again;
}

bool ttl_sweeper::note_expiry(expiry when) noexcept {
  const auto lower = [when](std::atomic<expiry>& to) {
    expiry before = to.load(std::memory_order_relaxed);
    while (when < before) {
      if (to.compare_exchange_weak(before, when)) return true;
    }
    return false;
  };
  if (when == no_expiry) return false;
  if (when < comes_before_.load(std::memory_order_relaxed)) {
    lower(noted_);
    return lower(comes_before_);
  }
  // It planned by what the wall clock showed then, and that may have been set ahead.
  return when < due_at(in_.wall.now()).end && lower(noted_);
}

void ttl_sweeper::count_against_rate() {
  const auto now = in_.on.steady_now();
  const std::chrono::nanoseconds each(1'000'000'000 / rows_per_second_);
  not_before_ = std::max(not_before_, now) + static_cast<std::int64_t>(swept_) * each;
}

result<ttl_sweeper::came_to> ttl_sweeper::sweep_table(const std::shared_ptr<const table_entry>& entry) {
  const std::uint32_t id = entry->descriptor.enabled_ttl()->id;
  const std::string_view prefix = in_.rows.prefix();
  const due_expiries due = due_at(in_.wall.now());
  json::buffer all;
  append_expiry_prefix(all, prefix, id);
  // A table that was dropped and made again meanwhile has other rows.
  if (!resume_.starts_with(all.view())) resume_.clear();
  const std::string from = std::max(resume_, first_expiry_key(prefix, id, due.first));
  const auto at = in_.rows.range(from, after_prefix(all.view()), direction::forward, stops::between_rows_too);
  for (; at->valid(); at->next()) {
    note_gap(*at);
    const expiry when = read_expiry_key(at->key(), prefix).at;
    if (!due.has(when)) {
      next_ = std::min(next_.value_or(when), when);
      return came_to::its_end;
    }
    resume_ = at->key();
    if (swept_ == rows_of_slice_) return came_to::the_slices_end;
    const auto verdict = sweep_row(entry, at->key());
    if (!verdict) return std::unexpected(verdict.error());
    switch (*verdict) {
      case background_changes::verdict::queued: ++swept_; break;
      case background_changes::verdict::stale: return came_to::a_stale_table;
      case background_changes::verdict::full: return came_to::a_full_queue;
      case background_changes::verdict::refused: return came_to::no_more_writes;
    }
  }
  note_gap(*at);
  if (at->between_rows()) {
    resume_ = at->key();
    resume_ += '\0';
    return came_to::the_slices_end;
  }
  if (auto read = at->status(); !read) return std::unexpected(read.error());
  return came_to::its_end;
}

result<background_changes::verdict> ttl_sweeper::sweep_row(const std::shared_ptr<const table_entry>& entry,
                                                           std::string_view expiry_key) {
  const table_descriptor& table = entry->descriptor;
  const expiry_row row = read_expiry_key(expiry_key, in_.rows.prefix());
  json::buffer row_key;
  append_table_prefix(row_key, in_.rows.prefix(), table.id);
  row_key.append(row.table_key);
  key_locks::guard lock(in_.locks, key_locks::stripe_of(row_key.view()));
  if (auto read = latest_.read(in_.rows, lock, row_key.view(), table.name); !read) {
    return std::unexpected(read.error());
  }
  const auto change = std::make_shared<background_change>();
  const bool expired = expiry_of(latest_.row().item, table.enabled_ttl()->attribute) == row.at;
  if (expired) {
    // The clock was set back while the slice was under way: the row is the item's, and will be due again.
    if (!due_at(in_.wall.now()).has(row.at)) return background_changes::verdict::queued;
    const item_change erased{.table = table,
                             .key = row_key.view(),
                             .stripe = lock.stripe(),
                             .before = latest_.row(),
                             .after = {},
                             .by_ttl = true};
    lay_down(*change, in_.rows.prefix(), erased, {in_.wall, in_.ages}, index_capacity::not_counted);
    lock.reserve(change->visible.size());
  } else {
    change->rows.erase(expiry_key);
  }
  change->prepared_for.push_back(entry);
  const auto verdict = changes_.enqueue(change);
  if (verdict == background_changes::verdict::queued) {
    for (const auto& visible : change->visible) lock.publish(change, visible.operation);
  }
  return verdict;
}

// Many rows that were erased lie before the first one that was not: what is swept goes from the front.
void ttl_sweeper::note_gap(const range_cursor& at) {
  if (at.between_rows()) {
    if (stops_++ == 0) gap_.from = at.key();
    gap_.to = at.key();
    return;
  }
  if (std::exchange(stops_, 0) >= stops_worth_telling) skipped_(std::move(gap_));
  gap_ = {};
}

}  // namespace dynamo::engine

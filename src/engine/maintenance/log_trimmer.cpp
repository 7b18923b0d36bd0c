#include "log_trimmer.hpp"

#include <engine/commit/queue_slot.hpp>
#include <engine/storage/big_endian.hpp>
#include <engine/storage/change_key.hpp>
#include <engine/storage/key_space.hpp>
#include <engine/tables/stored_catalog.hpp>

#include <memory>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

// Watermarks: key = prefix "w" stream-id shard; value = the 12 octets of a change number, everything below which is erased.
std::string watermark_key(std::string_view store_prefix, std::uint32_t stream_id) {
  std::string key(store_prefix);
  key += watermark_space;
  append_big_endian(key, stream_id);
  append_big_endian(key, only_shard);
  return key;
}

std::string stored(change_number number) {
  std::string bytes;
  append_big_endian(bytes, number.epoch);
  append_big_endian(bytes, number.counter);
  return bytes;
}

}  // namespace

log_trimmer::log_trimmer(store& rows, catalog& tables, committer& commits, age_clock& ages)
    : rows_(rows), tables_(tables), commits_(commits), changes_(commits), ages_(ages) {}

result<void> log_trimmer::load() {
  std::string begin(rows_.prefix());
  begin += watermark_space;
  const auto at = rows_.range(begin, after_prefix(begin), direction::forward);
  std::unique_lock held(mutex_);
  for (; at->valid(); at->next()) {
    const std::string_view stream = at->key().substr(begin.size());
    if (stream.size() != 8 || at->value().size() != change_number::stored_size) {
      return fail(errc::corruption, "The watermark of a change log has the wrong size");
    }
    log& known = logs_[load_big_endian<std::uint32_t>(stream)];
    known.first = known.first_stored = number_of(at->value());
  }
  if (auto read = at->status(); !read) return read;
  if (auto resumed = resume_clock(); !resumed) return resumed;
  held.unlock();
  erase_and_wait();
  return {};
}

// In another boot of the machine the process before may have been killed before it noted that the wall clock was set. Then records tell,
// if it wrote any.
result<void> log_trimmer::resume_clock() {
  const auto noted = get_clock(rows_);
  if (!noted) return std::unexpected(noted.error());
  if (!*noted) return {};  // a new database, or one of an earlier version, which went by the wall clock
  if (ages_.is_of_this_boot(**noted)) {
    noted_ = **noted;
    ages_.resume(*noted_);
    return {};
  }
  stored_clock newest = **noted;
  for (const stream_descriptor& stream : tables_.streams_of(std::nullopt)) {
    const auto last = last_record(rows_, stream.id, logs_[stream.id].first);
    if (!last) return std::unexpected(last.error());
    const bool tells = *last && (*last)->offset != std::chrono::microseconds(0);
    if (tells && (*last)->when > newest.age) newest = {.offset = (*last)->offset, .age = (*last)->when};
  }
  ages_.resume(newest);
  return {};
}

bool log_trimmer::clock_was_set_since(const stored_clock& noted) const noexcept {
  return std::chrono::abs(ages_.offset() - noted.offset) >= age_clock::tolerance;
}

result<change_number> log_trimmer::first_readable(const stream_descriptor& stream) {
  const instant now = ages_.now();
  const std::scoped_lock held(mutex_);
  log& known = logs_[stream.id];
  if (auto advanced = advance(stream.id, known, now); !advanced) return std::unexpected(advanced.error());
  return std::max(known.first, stream.first);
}

bool log_trimmer::is_gone(const stream_descriptor& stream) const noexcept {
  return !stream.enabled && stream.closed < ages_.now() - retention;
}

result<void> log_trimmer::advance(std::uint32_t stream_id, log& known, instant now) const {
  if (known.oldest >= now - retention) return {};
  const auto found = find_first(stream_id, known, now);
  if (!found) return std::unexpected(found.error());
  known.first = found->first;
  known.oldest = found->oldest;
  return {};
}

// The trimmed end is put right after the last old record rather than at the first young one: an iterator that points
// between them has missed nothing.
result<log_trimmer::position> log_trimmer::find_first(std::uint32_t stream_id, const log& known, instant now) const {
  const instant horizon = now - retention;
  const change_number from = known.first;
  auto oldest = first_record(rows_, stream_id, from);
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest) return position{from, now};
  if ((*oldest)->when >= horizon && (*oldest)->when <= now) return position{from, (*oldest)->when};
  const auto newest = last_record(rows_, stream_id, from);
  if (!newest) return std::unexpected(newest.error());
  if ((*oldest)->when > now && *newest) {
    if ((*newest)->when > now) return position{known.oldest == never ? from : (*newest)->number.following(), now};
    const auto dated = find_boundary(rows_, stream_id, **oldest, **newest,
                                     [&](const record_place& record) { return record.when <= now; });
    if (!dated) return std::unexpected(dated.error());
    if (dated->first.when >= horizon) return position{from, dated->first.when};
    oldest = dated->first;
  }
  if (!*newest || (*newest)->when < horizon) {
    return position{(*newest ? (*newest)->number : (*oldest)->number).following(), now};
  }
  const auto young = find_boundary(rows_, stream_id, **oldest, **newest,
                                   [&](const record_place& record) { return record.when >= horizon; });
  if (!young) return std::unexpected(young.error());
  return position{young->after, young->first.when};
}

std::optional<std::chrono::microseconds> log_trimmer::run_slice() noexcept try {
  if (tables_.streams_after(0, 1).empty()) return std::nullopt;
  return erase() ? std::chrono::microseconds(0) : looks_every;
} catch (...) {  // no memory: later
  return looks_every;
}

void log_trimmer::note_clock() {
  bool known = true;
  {
    const std::scoped_lock held(mutex_);
    known = !noted_ || !clock_was_set_since(*noted_);
  }
  if (!known) erase();
}

// Says whether there are streams that it has not come to.
bool log_trimmer::erase() {
  if (!commits_.try_reserve()) return false;
  queue_slot slot(commits_);
  const auto change = std::make_shared<background_change>();
  const bool more = lay_down(change->rows);
  if (change->rows.empty() || changes_.enqueue(change, slot) != background_changes::verdict::queued) return more;
  changes_.flush();
  return more;
}

void log_trimmer::erase_and_wait() {
  if (!commits_.try_reserve()) return;
  queue_slot slot(commits_);
  const auto change = std::make_shared<prepared_change>();
  lay_down(change->rows);
  if (change->rows.empty() || commits_.enqueue(change) != committer::verdict::queued) return;
  slot.use();
  (void)commits_.wait(*change);  // if it failed, the database is read-only, and what was to go stays
}

// Not held while the change commits: the leader may be completing a sink that reads a stream.
bool log_trimmer::lay_down(write_batch& rows) {
  const std::scoped_lock held(mutex_);
  const instant now = ages_.now();
  if (!noted_ || clock_was_set_since(*noted_) || noted_->age <= now - noted_late) {
    noted_ = ages_.reading();
    put_clock(rows, rows_.prefix(), *noted_);
  }
  const auto streams = tables_.streams_after(last_visited_, streams_at_once);
  for (const stream_descriptor& stream : streams) lay_down(rows, stream, now);
  const bool more = streams.size() == streams_at_once;
  last_visited_ = more ? streams.back().id : 0;
  return more;
}

void log_trimmer::lay_down(write_batch& rows, const stream_descriptor& stream, instant now) {
  const std::string_view prefix = rows_.prefix();
  if (is_gone(stream)) {
    const std::string begin = change_key(prefix, stream.id, only_shard, {});
    rows.erase_range(begin, change_key(prefix, stream.id + 1, only_shard, {}));
    rows.erase(watermark_key(prefix, stream.id));
    erase_stream(rows, prefix, stream.id);
    tables_.erase_stream(stream.id);
    logs_.erase(stream.id);
    return;
  }
  if (!stream.enabled && stream.closed > now) {  // an earlier version dated it by a clock that was set back later
    stream_descriptor closed = stream;
    closed.closed = now;
    put_stream(rows, prefix, closed);
    tables_.put(std::move(closed));
  }
  log& known = logs_[stream.id];
  if (known.oldest_stored >= now - retention - erased_late || !advance(stream.id, known, now)) return;
  known.oldest_stored = known.oldest;
  if (known.first == known.first_stored) return;
  rows.erase_range(change_key(prefix, stream.id, only_shard, known.first_stored),
                   change_key(prefix, stream.id, only_shard, known.first));
  rows.put(watermark_key(prefix, stream.id), stored(known.first));
  known.first_stored = known.first;
}

}  // namespace dynamo::engine

#include "log_trimmer.hpp"

#include "big_endian.hpp"
#include "change_record.hpp"
#include "row_key.hpp"

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

// For changes that nobody waits for.
class nobody final : public reply_sink {
 public:
  void complete(result<reply>) noexcept override {}
};
nobody no_sink;

result<std::optional<record_place>> place_at(const store& in, std::uint32_t stream_id, change_number from,
                                             direction way) {
  const auto at = in.range(change_key(in.prefix(), stream_id, only_shard, from),
                           change_key(in.prefix(), stream_id, only_shard + 1, {}), way);
  if (!at->valid()) {
    if (auto read = at->status(); !read) return std::unexpected(read.error());
    return std::optional<record_place>();
  }
  change_record record;
  if (!read_change_record(at->value(), record)) return unknown_record();
  return record_place{number_of(at->key()), record.when};
}

}  // namespace

result<std::optional<record_place>> first_record(const store& in, std::uint32_t stream_id, change_number from) {
  return place_at(in, stream_id, from, direction::forward);
}

result<std::optional<record_place>> last_record(const store& in, std::uint32_t stream_id, change_number from) {
  return place_at(in, stream_id, from, direction::backward);
}

log_trimmer::log_trimmer(store& rows, catalog& tables, committer& commits, const clock& time)
    : rows_(rows), tables_(tables), commits_(commits), time_(time) {}

result<void> log_trimmer::load() {
  std::string begin(rows_.prefix());
  begin += watermark_space;
  const auto at = rows_.range(begin, after_prefix(begin), direction::forward);
  const std::scoped_lock held(mutex_);
  for (; at->valid(); at->next()) {
    const std::string_view stream = at->key().substr(begin.size());
    if (stream.size() != 8 || at->value().size() != change_number::stored_size) {
      return fail(errc::corruption, "The watermark of a change log has the wrong size");
    }
    log& known = logs_[load_big_endian<std::uint32_t>(stream)];
    known.first = known.first_stored = number_of(at->value());
  }
  return at->status();
}

result<change_number> log_trimmer::first_readable(const stream_descriptor& stream) {
  const instant now = time_.now();
  const std::scoped_lock held(mutex_);
  log& known = logs_[stream.id];
  if (auto advanced = advance(stream.id, known, now); !advanced) return std::unexpected(advanced.error());
  return std::max(known.first, stream.first);
}

bool log_trimmer::is_gone(const stream_descriptor& stream) const noexcept {
  return !stream.enabled && stream.closed < time_.now() - retention;
}

result<void> log_trimmer::advance(std::uint32_t stream_id, log& known, instant now) const {
  known.oldest = std::min(known.oldest, now);  // the clock may have gone back since
  if (known.oldest >= now - retention) return {};
  const auto found = find_first(stream_id, known.first, now);
  if (!found) return std::unexpected(found.error());
  known.first = found->first;
  known.oldest = found->oldest;
  return {};
}

// The trimmed end is put right behind the last old record rather than at the first young one: an iterator that points
// between them has missed nothing.
result<log_trimmer::position> log_trimmer::find_first(std::uint32_t stream_id, change_number from, instant now) const {
  const instant horizon = now - retention;
  auto oldest = first_record(rows_, stream_id, from);
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest) return position{from, now};
  if ((*oldest)->when >= horizon && (*oldest)->when <= now) return position{from, (*oldest)->when};
  const auto newest = last_record(rows_, stream_id, from);
  if (!newest) return std::unexpected(newest.error());
  if ((*oldest)->when > now && *newest) {
    if ((*newest)->when > now) return position{from, now};
    const auto dated = halve(stream_id, **oldest, **newest, [&](instant when) { return when <= now; });
    if (!dated) return std::unexpected(dated.error());
    if (dated->first.when >= horizon) return position{from, dated->first.when};
    oldest = dated->first;
  }
  if (!*newest || (*newest)->when < horizon) {
    return position{(*newest ? (*newest)->number : (*oldest)->number).following(), now};
  }
  const auto young = halve(stream_id, **oldest, **newest, [&](instant when) { return when >= horizon; });
  if (!young) return std::unexpected(young.error());
  return position{young->after, young->first.when};
}

// Finds where the dates of records begin to pass a test, as if that happened once: not at `low`, but at `high`.
template <class Test>
result<log_trimmer::boundary> log_trimmer::halve(std::uint32_t stream_id, record_place low, record_place high,
                                                 Test passes) const {
  boundary found{low.number.following(), high};
  uint128 end = high.number.whole();
  while (found.after.whole() < end) {
    const uint128 middle = found.after.whole() + (end - found.after.whole()) / 2;
    const auto record = first_record(rows_, stream_id, change_number::from(middle));
    if (!record) return std::unexpected(record.error());
    if (!*record) break;  // no other caller erases meanwhile; and if one did, this would be the end
    if (passes((*record)->when)) {
      end = middle;
      found.first = **record;
    } else {
      found.after = (*record)->number.following();
    }
  }
  return found;
}

void log_trimmer::erase(may_wait how) {
  if (!commits_.try_admit()) return;
  auto change = std::make_shared<prepared_change>();
  lay_down(change->rows);
  if (how == may_wait::no) change->sink = &no_sink;
  if (change->rows.empty() || commits_.enqueue(change) != committer::verdict::queued) return commits_.leave();
  if (how == may_wait::no) return commits_.attend();
  (void)commits_.wait(*change);  // if it failed, the database is read-only, and what was to go stays
}

// Not held while the change commits: whoever leads may be completing a sink that reads a stream.
void log_trimmer::lay_down(write_batch& rows) {
  const std::unique_lock held(mutex_, std::try_to_lock);
  if (!held) return;  // somebody else is at it
  const instant now = time_.now();
  const auto streams = tables_.streams_after(last_visited_, streams_at_once);
  for (const stream_descriptor& stream : streams) lay_down(rows, stream, now);
  last_visited_ = streams.size() < streams_at_once ? 0 : streams.back().id;
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
  if (!stream.enabled && stream.closed > now) {  // by a clock that has gone back since
    stream_descriptor closed = stream;
    closed.closed = now;
    put_stream(rows, prefix, closed);
    tables_.put(std::move(closed));
  }
  log& known = logs_[stream.id];
  known.oldest_stored = std::min(known.oldest_stored, now);
  if (known.oldest_stored >= now - retention - erased_late || !advance(stream.id, known, now)) return;
  known.oldest_stored = known.oldest;
  if (known.first == known.first_stored) return;
  rows.erase_range(change_key(prefix, stream.id, only_shard, known.first_stored),
                   change_key(prefix, stream.id, only_shard, known.first));
  rows.put(watermark_key(prefix, stream.id), stored(known.first));
  known.first_stored = known.first;
}

}  // namespace dynamo::engine

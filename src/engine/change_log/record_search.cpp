#include "record_search.hpp"

#include "change_record.hpp"

#include <engine/storage/change_key.hpp>

namespace dynamo::engine {
namespace {

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
  return record_place{number_of(at->key()), record.logged, record.when - record.logged};
}

}  // namespace

result<std::optional<record_place>> first_record(const store& in, std::uint32_t stream_id, change_number from) {
  return place_at(in, stream_id, from, direction::forward);
}

result<std::optional<record_place>> last_record(const store& in, std::uint32_t stream_id, change_number from) {
  return place_at(in, stream_id, from, direction::backward);
}

result<change_number> first_at_or_after(const store& in, std::uint32_t stream_id, change_number from, instant time) {
  const auto passes = [&](const record_place& record) { return record.shown() >= time; };
  const auto oldest = first_record(in, stream_id, from);
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest || passes(**oldest)) return from;
  const auto newest = last_record(in, stream_id, from);
  if (!newest) return std::unexpected(newest.error());
  if (!*newest) return from;
  if (!passes(**newest)) return (*newest)->number.following();
  const auto found = find_boundary(in, stream_id, **oldest, **newest, passes);
  if (!found) return std::unexpected(found.error());
  return found->first.number;
}

}  // namespace dynamo::engine

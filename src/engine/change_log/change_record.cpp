#include "change_record.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/storage/age_clock.hpp>
#include <engine/storage/big_endian.hpp>
#include <engine/storage/stored_time.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr char format_with_one_time = '\x01';
constexpr char format_with_two_times = '\x02';
constexpr std::size_t record_header_size = 3 + stored_time_size + 4 + 4;

}  // namespace

void append_change_record(prepared_change& change, std::string_view store_prefix, const stream_descriptor& stream,
                          const change_record& record, write_batch::span new_image) {
  json::buffer& arena = change.rows.arena();
  // All the room at once: the new image is copied within the arena, which must not move meanwhile.
  arena.extend(store_prefix.size() + 1 + 4 + 4 + change_number::stored_size + record_header_size + stored_time_size +
               record.keys.size() + record.old_image.size() + new_image.size);
  write_batch::span key{arena.size(), 0};
  append_shard_prefix(arena, store_prefix, stream.id, only_shard);
  change.number_slots.push_back(arena.size());
  arena.append(std::string_view("\0\0\0\0\0\0\0\0\0\0\0", change_number::stored_size));
  key.size = arena.size() - key.offset;

  write_batch::span value{arena.size(), 0};
  const bool two_times = std::chrono::abs(record.when - record.logged) >= age_clock::tolerance;
  arena.append(two_times ? format_with_two_times : format_with_one_time);
  arena.append(static_cast<char>(record.kind));
  arena.append(static_cast<char>(record.by_ttl));
  append_time(arena, record.when);
  append_big_endian(arena, static_cast<std::uint32_t>(record.keys.size()));
  append_big_endian(arena, static_cast<std::uint32_t>(record.old_image.size()));
  if (two_times) append_time(arena, record.logged);
  arena.append(record.keys);
  arena.append(record.old_image);
  arena.append(change.rows.text(new_image));
  value.size = arena.size() - value.offset;
  change.rows.put(key, value);
}

bool read_change_record(std::string_view stored, change_record& record) {
  if (stored.size() < record_header_size) return false;
  const bool two_times = stored[0] == format_with_two_times;
  if (!two_times && stored[0] != format_with_one_time) return false;
  record.kind = static_cast<change_kind>(stored[1]);
  record.by_ttl = stored[2] != 0;
  record.when = record.logged = load_time(stored.substr(3));
  const std::size_t keys = load_big_endian<std::uint32_t>(stored.substr(11));
  const std::size_t old_image = load_big_endian<std::uint32_t>(stored.substr(15));
  stored.remove_prefix(record_header_size);
  if (two_times) {
    if (stored.size() < stored_time_size) return false;
    record.logged = load_time(stored);
    stored.remove_prefix(stored_time_size);
  }
  if (stored.size() < keys + old_image) return false;
  record.keys = stored.substr(0, keys);
  record.old_image = stored.substr(keys, old_image);
  record.new_image = stored.substr(keys + old_image);
  return true;
}

std::unexpected<error> unknown_record() {
  return fail(errc::corruption, "A change record has a format that this version does not know");
}

void append_keys(json::buffer& out, const key_schema& key, std::string_view item) {
  const key_values values = find_key(key, item);
  char separator = '{';
  const auto append = [&](const key_attribute& attribute, std::optional<std::string_view> value) {
    out.append(std::exchange(separator, ','));
    json::write_string(out, attribute.name);
    out.append(':');
    out.append(value.value_or("{}"));
  };
  const bool sort_first = !key.sort.empty() && key.sort.front().name < key.partition.front().name;
  if (sort_first) append(key.sort.front(), values.sort);
  append(key.partition.front(), values.partition);
  if (!key.sort.empty() && !sort_first) append(key.sort.front(), values.sort);
  out.append('}');
}

}  // namespace dynamo::engine

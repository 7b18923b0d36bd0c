#include "change_record.hpp"

#include "age_clock.hpp"
#include "big_endian.hpp"
#include "row_key.hpp"
#include "stored_time.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr char format_with_one_time = '\x01';
constexpr char format_with_two_times = '\x02';
constexpr std::size_t record_header_size = 3 + stored_time_size + 4 + 4;

void append_shard_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t stream_id,
                         std::uint32_t shard) {
  out.append(store_prefix);
  out.append(change_space);
  append_big_endian(out, stream_id);
  append_big_endian(out, shard);
}

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

std::uint32_t stream_of_slot(const write_batch& rows, std::size_t number_slot) noexcept {
  constexpr std::size_t stream_and_shard = 4 + 4;
  return load_big_endian<std::uint32_t>(rows.text({number_slot - stream_and_shard, stream_and_shard}));
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

std::string change_key(std::string_view store_prefix, std::uint32_t stream_id, std::uint32_t shard,
                       change_number number) {
  json::buffer key;
  append_shard_prefix(key, store_prefix, stream_id, shard);
  append_big_endian(key, number.epoch);
  append_big_endian(key, number.counter);
  return std::string(key.view());
}

change_number number_of(std::string_view change_key) noexcept {
  const std::string_view stored = change_key.substr(change_key.size() - change_number::stored_size);
  return {load_big_endian<std::uint32_t>(stored), load_big_endian<std::uint64_t>(stored.substr(4))};
}

std::string to_sequence_number(change_number number) {
  uint128 rest = number.whole();
  std::string digits;
  for (; rest != 0; rest /= 10) digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  if (digits.empty()) digits = "0";
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::optional<change_number> from_sequence_number(std::string_view text) noexcept {
  constexpr auto greatest = (static_cast<uint128>(1) << 96) - 1;
  uint128 value = 0;
  if (text.empty() || text.size() > 40) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > greatest / 10) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > greatest) return std::nullopt;
  return change_number::from(value);
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

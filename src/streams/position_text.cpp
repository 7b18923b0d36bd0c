#include <dynamo/base/binary.hpp>
#include <dynamo/streams/detail/shard_place.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo::streams {

namespace {

constexpr char version_without_arn = 1;
constexpr char version = 2;
constexpr char version_with_times = 3;  // earlier versions of this library know no times
constexpr std::size_t check_size = 8;
constexpr std::size_t arn_size_max = 0xFFFF;
constexpr std::size_t text_size_max = 1u << 20;  // some ten thousand shards

/// FNV-1a, 64 bits. It notices accidents and mix-ups, not forgers.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string check_of(std::string_view stream_arn, std::string_view entries) {
  const std::uint64_t hash = fnv1a(entries, fnv1a("|", fnv1a(stream_arn)));
  std::string check(check_size, '\0');
  for (std::size_t i = 0; i < check_size; ++i) check[i] = static_cast<char>(hash >> (8 * (check_size - 1 - i)));
  return check;
}

bool has_number(place where) { return where == place::at || where == place::after; }

/// Takes a size and so many bytes from the front; nothing if they are not there.
std::optional<std::string_view> take_sized(std::string_view& from) {
  if (from.empty()) return std::nullopt;
  const auto size = static_cast<unsigned char>(from.front());
  from.remove_prefix(1);
  if (from.size() < size) return std::nullopt;
  const std::string_view taken = from.substr(0, size);
  from.remove_prefix(size);
  return taken;
}

std::optional<shard_place> take_entry(std::string_view& from) {
  const std::optional<std::string_view> shard = take_sized(from);
  if (!shard || shard->empty() || shard->size() > limits::shard_id_size_max || from.empty()) return std::nullopt;
  shard_place entry;
  entry.shard = *shard;
  const auto where = static_cast<unsigned char>(from.front());
  if (where > static_cast<unsigned char>(place::time)) return std::nullopt;
  entry.where = static_cast<place>(where);
  from.remove_prefix(1);
  if (has_number(entry.where)) {
    const std::optional<std::string_view> digits = take_sized(from);
    if (!digits) return std::nullopt;
    const result<sequence_number> number = sequence_number::parse(*digits);
    if (!number) return std::nullopt;
    entry.number = *number;
  }
  if (entry.where == place::time) {
    const std::optional<std::string_view> digits = take_sized(from);
    if (!digits) return std::nullopt;
    std::int64_t microseconds = 0;
    const auto [end, problem] = std::from_chars(digits->data(), digits->data() + digits->size(), microseconds);
    if (problem != std::errc() || end != digits->data() + digits->size()) return std::nullopt;
    entry.time = instant(std::chrono::microseconds(microseconds));
  }
  return entry;
}

struct envelope {
  std::string bytes;
  std::optional<std::string_view> arn;  // into them; version 1 does not say
  std::string_view check, entries;
};

std::unexpected<error> refused(const char* why) {
  return fail(errc::invalid_argument, std::string("this stream_position cannot be used: ") + why);
}
constexpr const char* altered = "it was altered";

result<void> unpack(std::string_view from, envelope& to) {
  std::string text(from.substr(0, text_size_max + 1));
  if (text.size() > text_size_max || text.find_first_of("+/=") != std::string::npos) return refused(altered);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  if (!base64_decode(text, to.bytes) || to.bytes.size() < 1 + check_size) return refused(altered);
  const char made_by = to.bytes.front();
  if (made_by != version && made_by != version_with_times && made_by != version_without_arn)
    return refused("it was made by another version of this library");
  to.check = std::string_view(to.bytes).substr(1, check_size);
  to.entries = std::string_view(to.bytes).substr(1 + check_size);
  if (made_by == version_without_arn) return {};
  if (to.entries.size() < 2) return refused(altered);
  const std::size_t size = static_cast<unsigned char>(to.entries[0]) * 256u + static_cast<unsigned char>(to.entries[1]);
  to.entries.remove_prefix(2);
  if (to.entries.size() < size) return refused(altered);
  to.arn = to.entries.substr(0, size);
  to.entries.remove_prefix(size);
  return to.check == check_of(*to.arn, to.entries) ? result<void>() : refused(altered);
}

}  // namespace

stream_position make_position(std::string_view stream_arn, const std::vector<shard_place>& places) {
  std::string entries;
  for (const shard_place& one : places) {
    entries += static_cast<char>(one.shard.size());
    entries += one.shard;
    entries += static_cast<char>(one.where);
    if (!has_number(one.where) && one.where != place::time) continue;
    const std::string digits =
        one.where == place::time ? std::to_string(one.time.time_since_epoch().count()) : one.number.to_string();
    entries += static_cast<char>(digits.size());
    entries += digits;
  }
  const std::string_view arn = stream_arn.substr(0, arn_size_max);
  const bool has_times = std::ranges::find(places, place::time, &shard_place::where) != places.end();
  std::string bytes(1, has_times ? version_with_times : version);
  bytes += check_of(arn, entries);
  bytes += static_cast<char>(arn.size() / 256);
  bytes += static_cast<char>(arn.size() % 256);
  bytes += arn;
  std::string text = base64_encode(bytes + entries);
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return stream_position(std::move(text));
}

result<std::string> stream_of_position(std::string_view text) {
  envelope from;
  if (const result<void> unpacked = unpack(text, from); !unpacked) return std::unexpected(unpacked.error());
  return std::string(from.arn.value_or(""));
}

result<std::vector<shard_place>> open_position(std::string_view stream_arn, std::string_view text) {
  envelope from;
  if (const result<void> unpacked = unpack(text, from); !unpacked) return std::unexpected(unpacked.error());
  constexpr const char* another =
      "it belongs to another stream: a stream that was disabled and enabled again is a new one. Read by the table's name, and the "
      "old one comes first while it is there";
  if (from.arn && *from.arn != stream_arn) return refused(another);
  if (from.check != check_of(stream_arn, from.entries))
    return refused("it was altered, or it belongs to another stream");
  std::vector<shard_place> places;
  while (!from.entries.empty()) {
    std::optional<shard_place> entry = take_entry(from.entries);
    if (!entry) return refused(altered);
    places.push_back(std::move(*entry));
  }
  // The check does not cover the version.
  const bool has_times = std::ranges::find(places, place::time, &shard_place::where) != places.end();
  if (has_times != (from.bytes.front() == version_with_times)) return refused(altered);
  return places;
}

}  // namespace dynamo::streams

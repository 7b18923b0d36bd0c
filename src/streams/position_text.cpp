#include <dynamo/base/binary.hpp>
#include <dynamo/streams/shard_place.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <optional>

namespace dynamo::streams {

namespace {

constexpr char version = 1;
constexpr std::size_t check_size = 8;
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
  if (where > static_cast<unsigned char>(place::ended)) return std::nullopt;
  entry.where = static_cast<place>(where);
  from.remove_prefix(1);
  if (has_number(entry.where)) {
    const std::optional<std::string_view> digits = take_sized(from);
    if (!digits) return std::nullopt;
    const result<sequence_number> number = sequence_number::parse(*digits);
    if (!number) return std::nullopt;
    entry.number = *number;
  }
  return entry;
}

}  // namespace

stream_position make_position(std::string_view stream_arn, const std::vector<shard_place>& places) {
  std::string entries;
  for (const shard_place& one : places) {
    entries += static_cast<char>(one.shard.size());
    entries += one.shard;
    entries += static_cast<char>(one.where);
    if (!has_number(one.where)) continue;
    const std::string digits = one.number.to_string();
    entries += static_cast<char>(digits.size());
    entries += digits;
  }
  std::string text = base64_encode(version + check_of(stream_arn, entries) + entries);
  while (!text.empty() && text.back() == '=') text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return stream_position(std::move(text));
}

result<std::vector<shard_place>> open_position(std::string_view stream_arn, std::string_view from) {
  const auto refused = [](const char* why) {
    return fail(errc::invalid_argument, std::string("this stream_position cannot be used: ") + why);
  };
  std::string text(from.substr(0, text_size_max + 1));
  if (text.size() > text_size_max || text.find_first_of("+/=") != std::string::npos) return refused("it was altered");
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  std::string bytes;
  if (!base64_decode(text, bytes) || bytes.size() < 1 + check_size) return refused("it was altered");
  if (bytes.front() != version) return refused("it was made by another version of this library");
  std::string_view entries = std::string_view(bytes).substr(1 + check_size);
  if (std::string_view(bytes).substr(1, check_size) != check_of(stream_arn, entries)) {
    return refused(
        "it was altered, or it belongs to another stream: a stream that was disabled and enabled again is a new one, "
        "the old one can be read by its ARN for 24 hours");
  }
  std::vector<shard_place> places;
  while (!entries.empty()) {
    std::optional<shard_place> entry = take_entry(entries);
    if (!entry) return refused("it was altered");
    places.push_back(std::move(*entry));
  }
  return places;
}

}  // namespace dynamo::streams

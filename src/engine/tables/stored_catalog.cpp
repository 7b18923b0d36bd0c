#include "stored_catalog.hpp"

#include "attachment.hpp"
#include "stored_descriptor.hpp"

#include <engine/storage/big_endian.hpp>
#include <engine/storage/key_space.hpp>
#include <engine/storage/stored_time.hpp>

#include <fmt/format.h>

#include <limits>

namespace dynamo::engine {
namespace {

// The version of everything on disk: keys, rows, change records, descriptors (docs/formats.md).
constexpr std::uint32_t disk_format = 1;

constexpr std::string_view format_name = "format";
constexpr std::string_view epoch_name = "epoch";
constexpr std::string_view next_id_name = "next_id";
constexpr std::string_view clock_name = "clock";

std::string key_of(std::string_view store_prefix, char space, std::string_view rest) {
  std::string key(store_prefix);
  key += space;
  key += rest;
  return key;
}

std::string four_bytes(std::uint32_t value) {
  std::string bytes(sizeof value, '\0');
  store_big_endian(bytes.data(), value);
  return bytes;
}

void put_number(write_batch& batch, std::string_view store_prefix, std::string_view name, std::uint32_t value) {
  batch.put(key_of(store_prefix, meta_space, name), four_bytes(value));
}

result<std::optional<std::string>> get_octets(const store& from, std::string_view name) {
  class reader final : public value_visitor {
   public:
    void operator()(std::string_view value) override { octets = value; }
    std::string octets;
  } read;
  const auto found = from.get(key_of(from.prefix(), meta_space, name), read);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::move(read.octets);
}

std::unexpected<error> wrong_size(std::string_view name) {
  return fail(errc::corruption, fmt::format("The database's {} has the wrong size", name));
}

result<std::optional<std::uint32_t>> get_number(const store& from, std::string_view name) {
  const auto octets = get_octets(from, name);
  if (!octets) return std::unexpected(octets.error());
  if (!*octets) return std::nullopt;
  if ((*octets)->size() != sizeof(std::uint32_t)) return wrong_size(name);
  return load_big_endian<std::uint32_t>(**octets);
}

void erase_rows_of(write_batch& batch, std::string_view store_prefix, std::uint32_t id) {
  json::buffer begin;
  append_table_prefix(begin, store_prefix, id);
  batch.erase_range(begin.view(), after_prefix(begin.view()));
}

// Calls `take` with every value whose key lies in a space.
template <class Take>
result<void> for_each_in(const store& from, char space, Take take) {
  const std::string begin = key_of(from.prefix(), space, "");
  const auto at = from.range(begin, after_prefix(begin), direction::forward);
  for (; at->valid(); at->next()) {
    if (auto taken = take(at->value()); !taken) return taken;
  }
  return at->status();
}

}  // namespace

void put_table(write_batch& batch, std::string_view store_prefix, const table_descriptor& table) {
  json::buffer text;
  write_descriptor(text, table);
  batch.put(key_of(store_prefix, table_space, table.name), text.view());
}

void erase_table(write_batch& batch, std::string_view store_prefix, const table_descriptor& table) {
  batch.erase(key_of(store_prefix, table_space, table.name));
  erase_rows_of(batch, store_prefix, table.id);
  for (const index_descriptor& index : table.indexes) erase_index(batch, store_prefix, index);
  for (const vector_index_descriptor& index : table.vector_indexes) erase_vector_index(batch, store_prefix, index);
  if (const ttl_descriptor* ttl = table.enabled_ttl()) erase_expiry_rows(batch, store_prefix, ttl->id);
  erase_attachments(batch, store_prefix, table.id);
}

void begin_expiry_rows(write_batch& batch, std::string_view store_prefix, std::uint32_t ttl_id) {
  json::buffer key;
  append_expiry_prefix(key, store_prefix, ttl_id);
  batch.put(key.view(), "");
}

void erase_expiry_rows(write_batch& batch, std::string_view store_prefix, std::uint32_t ttl_id) {
  json::buffer begin;
  append_expiry_prefix(begin, store_prefix, ttl_id);
  batch.erase_range(begin.view(), after_prefix(begin.view()));
}

void erase_index(write_batch& batch, std::string_view store_prefix, const index_descriptor& index) {
  erase_rows_of(batch, store_prefix, index.id);
  if (index.filling) erase_cursor(batch, store_prefix, index.id);
}

void erase_vector_index(write_batch& batch, std::string_view store_prefix, const vector_index_descriptor& index) {
  json::buffer begin;
  append_vector_prefix(begin, store_prefix, index.id);
  batch.erase_range(begin.view(), after_prefix(begin.view()));
  if (index.filling) erase_cursor(batch, store_prefix, index.id);
}

void erase_cursor(write_batch& batch, std::string_view store_prefix, std::uint32_t id) {
  json::buffer key;
  append_cursor_key(key, store_prefix, id);
  batch.erase(key.view());
}

void put_stream(write_batch& batch, std::string_view store_prefix, const stream_descriptor& stream) {
  json::buffer text;
  write_descriptor(text, stream);
  batch.put(key_of(store_prefix, stream_space, four_bytes(stream.id)), text.view());
}

void erase_stream(write_batch& batch, std::string_view store_prefix, std::uint32_t stream_id) {
  batch.erase(key_of(store_prefix, stream_space, four_bytes(stream_id)));
  erase_attachments(batch, store_prefix, stream_id);
}

void put_next_id(write_batch& batch, std::string_view store_prefix, std::uint32_t next_id) {
  put_number(batch, store_prefix, next_id_name, next_id);
}

void put_clock(write_batch& batch, std::string_view store_prefix, const stored_clock& shown) {
  std::string octets;
  append_microseconds(octets, shown.offset);
  append_time(octets, shown.age);
  if (!shown.boot_id.empty()) {
    append_microseconds(octets, shown.elapsed);
    octets += shown.boot_id;
  }
  batch.put(key_of(store_prefix, meta_space, clock_name), octets);
}

result<std::optional<stored_clock>> get_clock(const store& from) {
  const auto octets = get_octets(from, clock_name);
  if (!octets) return std::unexpected(octets.error());
  if (!*octets) return std::nullopt;
  const std::string_view stored = **octets;
  constexpr std::size_t without_boot = 2 * stored_time_size, with_boot = without_boot + stored_time_size;
  if (stored.size() != without_boot && stored.size() <= with_boot) return wrong_size(clock_name);
  stored_clock shown{.offset = load_microseconds(stored), .age = load_time(stored.substr(stored_time_size))};
  if (stored.size() > with_boot) {
    shown.elapsed = load_microseconds(stored.substr(without_boot));
    shown.boot_id = stored.substr(with_boot);
  }
  return shown;
}

result<std::optional<std::uint32_t>> read_catalog(const store& from, catalog& into) {
  const auto format = get_number(from, format_name);
  if (!format) return std::unexpected(format.error());
  if (!*format) return std::nullopt;
  if (**format > disk_format) {
    return fail(errc::not_supported,
                fmt::format("The database has on-disk format {}, this version reads up to {}: open it with "
                            "the version that wrote it, or a later one",
                            **format, disk_format));
  }
  const auto epoch = get_number(from, epoch_name);
  if (!epoch) return std::unexpected(epoch.error());
  const auto next_id = get_number(from, next_id_name);
  if (!next_id) return std::unexpected(next_id.error());
  if (!*epoch || !*next_id) return fail(errc::corruption, "The database's epoch or its next id is missing");
  const auto tables = for_each_in(from, table_space, [&](std::string_view stored) -> result<void> {
    auto table = read_table_descriptor(stored);
    if (!table) return std::unexpected(table.error());
    into.put(*std::move(table));
    return {};
  });
  if (!tables) return std::unexpected(tables.error());
  const auto streams = for_each_in(from, stream_space, [&](std::string_view stored) -> result<void> {
    auto stream = read_stream_descriptor(stored);
    if (!stream) return std::unexpected(stream.error());
    into.put(*std::move(stream));
    return {};
  });
  if (!streams) return std::unexpected(streams.error());
  into.set_next_id(**next_id);
  return **epoch;
}

result<std::uint32_t> load_catalog(store& from, catalog& into) {
  const auto found = read_catalog(from, into);
  if (!found) return std::unexpected(found.error());
  write_batch batch;
  std::uint32_t epoch = change_number::first_epoch;
  if (*found) {
    if (**found == std::numeric_limits<std::uint32_t>::max()) {
      return fail(
          errc::limit_exceeded,
          "This database has been opened 4,294,967,290 times, and its change numbers are used up; copy what it holds into a new one");
    }
    epoch = **found + 1;
  } else {
    put_number(batch, from.prefix(), format_name, disk_format);
    put_next_id(batch, from.prefix(), into.next_id());
  }
  put_number(batch, from.prefix(), epoch_name, epoch);
  if (from.refuses_writes()) return epoch;  // no change will get a number of the new epoch
  if (auto written = from.write({&batch}, synced::always); !written) return std::unexpected(written.error());
  return epoch;
}

}  // namespace dynamo::engine

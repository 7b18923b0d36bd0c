#include "row_key.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/detail/number_key.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/storage/big_endian.hpp>

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace dynamo::engine {
namespace {

std::unexpected<error> no_key_of_schema() {
  return fail(errc::validation, "The provided key element does not match the schema");
}

std::unexpected<error> wrong_type(const key_attribute& key, std::string_view value, key_use use) {
  switch (use) {
    case key_use::in_item:
      return fail(
          errc::validation,
          fmt::format("One or more parameter values were invalid: Type mismatch for key {} expected: {} actual: {}",
                      key.name, to_string(key.type), to_string(json::type_of(value))));
    case key_use::in_batched_item:
    case key_use::lookup: break;
    case key_use::condition:
      return fail(errc::validation,
                  "One or more parameter values were invalid: Condition parameter type does not match schema type");
  }
  return no_key_of_schema();
}

}  // namespace

result<std::string_view> key_bytes(const key_attribute& key, std::string_view value, key_use use,
                                   std::string& scratch) {
  if (json::type_of(value) != key.type) return wrong_type(key, value, use);
  const std::string_view content = json::scalar(value, scratch);
  if (key.type == attribute_type::N) {
    const result<number> parsed = number::parse(content);
    if (!parsed) return std::unexpected(parsed.error());
    scratch.clear();
    append_number_key(*parsed, scratch);
    return std::string_view(scratch);
  }
  if (content.empty()) {
    return fail(
        errc::validation,
        fmt::format("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                    "an empty {} value. Key: {}",
                    key.type == attribute_type::S ? "string" : "binary", key.name));
  }
  return content;
}

error partition_too_large() {
  // The missing space is DynamoDB's own.
  return {
      errc::validation,
      fmt::format("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of{} "
                  "bytes",
                  limits::partition_key_size_max)};
}

error sort_too_large() {
  return {
      errc::validation,
      fmt::format("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size "
                  "limit of {} bytes",
                  limits::sort_key_size_max)};
}

void append_segment_start(json::buffer& out, std::string_view store_prefix, std::uint32_t table_id,
                          std::uint64_t segment, std::uint64_t total) {
  append_table_prefix(out, store_prefix, segment == total ? table_id + 1 : table_id);
  if (segment == 0 || segment == total) return;
  const auto space = static_cast<uint128>(1) << 64;
  append_big_endian(out, static_cast<std::uint64_t>(space * segment / total));
}

result<void> append_partition(json::buffer& out, const key_attribute& key, std::string_view value, key_use use) {
  std::string scratch;
  const auto bytes = key_bytes(key, value, use, scratch);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() > limits::partition_key_size_max) return fail(partition_too_large());
  append_big_endian(out, static_cast<std::uint64_t>(XXH64(bytes->data(), bytes->size(), 0)));
  append_big_endian(out, static_cast<std::uint16_t>(bytes->size()));
  out.append(*bytes);
  return {};
}

result<void> append_sort(json::buffer& out, const key_attribute& key, std::string_view value, key_use use) {
  std::string scratch;
  const auto bytes = key_bytes(key, value, use, scratch);
  if (!bytes) return std::unexpected(bytes.error());
  if (bytes->size() > limits::sort_key_size_max) return fail(sort_too_large());
  out.append(*bytes);
  return {};
}

key_values find_key(const key_schema& key, std::string_view item) {
  const key_attribute& partition = key.partition.front();
  if (key.sort.empty()) return {json::find_attribute(item, partition.name), std::nullopt};
  const key_attribute& sort = key.sort.front();
  const bool partition_first = partition.name < sort.name;
  std::array<std::string_view, 2> names{partition.name, sort.name};
  std::array<std::optional<std::string_view>, 2> values;
  if (!partition_first) std::swap(names[0], names[1]);
  json::find_attributes(item, names, values);
  if (!partition_first) std::swap(values[0], values[1]);
  return {values[0], values[1]};
}

result<void> append_row_key(json::buffer& out, std::string_view store_prefix, const table_descriptor& table,
                            std::string_view item, key_use use) {
  append_table_prefix(out, store_prefix, table.id);
  const key_values found = find_key(table.key, item);
  const auto value_of = [&](const key_attribute& key,
                            const std::optional<std::string_view>& value) -> result<std::string_view> {
    if (value) return *value;
    if (use == key_use::lookup || use == key_use::in_batched_item) return no_key_of_schema();
    return fail(errc::validation,
                fmt::format("One or more parameter values were invalid: Missing the key {} in the item", key.name));
  };
  const auto partition = value_of(table.partition_key(), found.partition);
  if (!partition) return std::unexpected(partition.error());
  if (auto appended = append_partition(out, table.partition_key(), *partition, use); !appended) return appended;
  std::size_t attributes = 1;
  if (const key_attribute* sort = table.sort_key()) {
    ++attributes;
    const auto value = value_of(*sort, found.sort);
    if (!value) return std::unexpected(value.error());
    if (auto appended = append_sort(out, *sort, *value, use); !appended) return appended;
  }
  if (use == key_use::lookup) {
    std::size_t present = 0;
    json::cursor at(item);
    std::string_view name;
    if (at.begin_object()) {
      for (; at.next_name(name); ++present) at.skip();
    }
    if (present != attributes) return no_key_of_schema();
  }
  return {};
}

bool has_empty_key(const table_descriptor& table, std::string_view item) {
  const auto is_empty = [&](std::string_view name) {
    const auto value = json::find_attribute(item, name);
    if (!value) return false;
    const attribute_type type = json::type_of(*value);
    return (type == attribute_type::S || type == attribute_type::B) && json::raw_scalar(*value).empty();
  };
  return is_empty(table.partition_key().name) || (table.sort_key() != nullptr && is_empty(table.sort_key()->name)) ||
         std::ranges::any_of(table.index_key_names, is_empty);
}

std::string_view partition_of_row(std::string_view row_key, std::string_view store_prefix) {
  const std::size_t length_at = table_prefix_size(store_prefix) + sizeof(std::uint64_t);
  const auto length = load_big_endian<std::uint16_t>(row_key.substr(length_at));
  return row_key.substr(0, length_at + sizeof length + length);
}

std::uint32_t id_of_row(std::string_view row_key, std::string_view store_prefix) {
  return load_big_endian<std::uint32_t>(row_key.substr(store_prefix.size() + sizeof row_space));
}

std::uint64_t partition_hash(std::string_view row_key, std::string_view store_prefix) {
  return load_big_endian<std::uint64_t>(row_key.substr(table_prefix_size(store_prefix)));
}

}  // namespace dynamo::engine

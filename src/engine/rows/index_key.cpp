#include "index_key.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/detail/number_key.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/storage/big_endian.hpp>

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

error empty_key(std::string_view index_name, const key_attribute& key, index_key_source source) {
  const std::string_view type = key.type == attribute_type::S ? "string" : "binary";
  if (source == index_key_source::update) {
    return {
        errc::validation,
        fmt::format("One or more parameter values are not valid. The update expression attempted to update a secondary "
                    "index key to a value that is not supported. The AttributeValue for a key attribute cannot contain "
                    "an empty {} value.",
                    type)};
  }
  return {
      errc::validation,
      fmt::format("One or more parameter values are not valid. A value specified for a secondary index key is not "
                  "supported. The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: {}, "
                  "IndexKey: {}",
                  type, index_name, key.name)};
}

// Validates one part of an index key and adds up its bytes.
result<void> check_part(const index_descriptor& index, const std::vector<key_attribute>& part,
                        std::span<const std::size_t> positions, const index_key_values& values, index_key_source source,
                        std::size_t& bytes) {
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto& value = values[positions[i]];
    if (!value) continue;
    const auto size = check_index_attribute(index.name, part[i], *value, source);
    if (!size) return std::unexpected(size.error());
    bytes += *size;
  }
  return {};
}

result<void> check_key(const index_descriptor& index, const index_key_values& values, index_key_source source) {
  const std::span positions(index.key_positions);
  const std::size_t partitions = index.key.partition.size();
  std::size_t bytes = 0;
  if (auto valid = check_part(index, index.key.partition, positions.first(partitions), values, source, bytes); !valid) {
    return valid;
  }
  if (bytes > limits::partition_key_size_max) return fail(partition_too_large());
  bytes = 0;
  if (auto valid = check_part(index, index.key.sort, positions.subspan(partitions), values, source, bytes); !valid) {
    return valid;
  }
  if (bytes > limits::sort_key_size_max) return fail(sort_too_large());
  return {};
}

bool has_same_key(const index_descriptor& index, const index_key_values& one, const index_key_values& other) {
  return std::ranges::all_of(index.key_positions,
                             [&](std::size_t position) { return one[position] == other[position]; });
}

}  // namespace

error index_type_mismatch(std::string_view index_name, const key_attribute& key, attribute_type actual) {
  return {
      errc::validation,
      fmt::format("One or more parameter values were invalid: Type mismatch for Index Key {} Expected: {} Actual: {} "
                  "IndexName: {}",
                  key.name, to_string(key.type), to_string(actual), index_name)};
}

result<std::size_t> check_index_attribute(std::string_view index_name, const key_attribute& key, std::string_view value,
                                          index_key_source source) {
  if (const attribute_type actual = json::type_of(value); actual != key.type) {
    if (source == index_key_source::item) return fail(index_type_mismatch(index_name, key, actual));
    return fail(errc::validation,
                "The update expression attempted to update the secondary index key to unsupported type");
  }
  if (key.type == attribute_type::N) return number_key_size_max;  // never too many
  std::string scratch;
  const std::string_view content = json::scalar(value, scratch);
  if (content.empty()) return fail(empty_key(index_name, key, source));
  return content.size();
}

index_key_values find_index_keys(const table_descriptor& table, std::string_view item) {
  const std::vector<std::string_view> names(table.index_key_names.begin(), table.index_key_names.end());
  index_key_values values(names.size());
  if (!item.empty()) json::find_attributes(item, names, values);
  return values;
}

result<void> check_index_keys(const table_descriptor& table, std::string_view item, index_key_source source,
                              std::string_view old_item) {
  if (table.indexes.empty()) return {};
  const index_key_values values = find_index_keys(table, item);
  for (const index_descriptor& index : table.indexes) {
    const auto valid = check_key(index, values, source);
    if (valid) continue;
    if (old_item.empty() || !has_same_key(index, values, find_index_keys(table, old_item))) return valid;
  }
  return {};
}

void append_index_partition(json::buffer& out, std::string_view store_prefix, const index_descriptor& index,
                            std::span<const std::string> parts) {
  append_table_prefix(out, store_prefix, index.id);
  const std::size_t hash_at = out.size();
  append_big_endian(out, std::uint64_t{0});
  for (const std::string& part : parts) {
    append_big_endian(out, static_cast<std::uint16_t>(part.size()));
    out.append(part);
  }
  const std::string_view hashed = out.view().substr(hash_at + sizeof(std::uint64_t) + sizeof(std::uint16_t));
  store_big_endian(out.data() + hash_at, static_cast<std::uint64_t>(XXH64(hashed.data(), hashed.size(), 0)));
}

void begin_index_sort(json::buffer& out, const key_attribute& key, std::string_view bytes) {
  if (key.type == attribute_type::N) return out.append(bytes);
  while (true) {
    const std::size_t zero = bytes.find('\0');
    if (zero == std::string_view::npos) break;
    out.append(bytes.substr(0, zero + 1));
    out.append('\xff');
    bytes.remove_prefix(zero + 1);
  }
  out.append(bytes);
}

void append_index_sort(json::buffer& out, const key_attribute& key, std::string_view bytes) {
  begin_index_sort(out, key, bytes);
  if (key.type != attribute_type::N) out.append(std::string_view("\0\0", 2));
}

bool append_index_key(json::buffer& out, std::string_view store_prefix, const index_descriptor& index,
                      const index_key_values& values, std::string_view table_key) {
  for (const std::size_t position : index.key_positions) {
    if (!values[position]) return false;
  }
  std::string scratch;
  const auto bytes_of = [&](const key_attribute& key, std::size_t i) {
    return key_bytes(key, *values[index.key_positions[i]], key_use::in_item, scratch);
  };
  // As check_part() counts.
  const auto size_of = [](const key_attribute& key, std::string_view bytes) {
    return key.type == attribute_type::N ? number_key_size_max : bytes.size();
  };
  std::array<std::string, limits::index_key_attributes_max> parts;
  std::size_t at = 0, partition_size = 0, sort_size = 0;
  for (const key_attribute& key : index.key.partition) {
    const auto bytes = bytes_of(key, at);
    if (!bytes || (partition_size += size_of(key, *bytes)) > limits::partition_key_size_max) return false;
    parts[at] = *bytes;
    ++at;
  }
  const std::size_t before = out.size();
  append_index_partition(out, store_prefix, index, std::span(parts).first(at));
  for (const key_attribute& key : index.key.sort) {
    const auto bytes = bytes_of(key, at++);
    if (!bytes || (sort_size += size_of(key, *bytes)) > limits::sort_key_size_max) {
      out.truncate(before);
      return false;
    }
    append_index_sort(out, key, *bytes);
  }
  out.append(table_key);
  return true;
}

}  // namespace dynamo::engine

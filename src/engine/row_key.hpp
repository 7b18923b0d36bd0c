#pragma once

#include "table_descriptor.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// How keys of all kinds are laid out (docs/formats.md). Everything is preceded by the store's prefix.
///
///     key       = row-key / index-key / change-key / watermark-key / table-key / stream-key / meta-key
///     row-key   = "r" table-id hash partition sort
///     table-id  = 4OCTET                     ; big-endian, never reused
///     hash      = 8OCTET                     ; XXH64, seed 0, of the partition bytes, big-endian
///     partition = length *OCTET              ; length: 2 octets, big-endian
///     sort      = *OCTET                     ; order-preserving: S and B as they are, N see number_key.hpp
///     change-key = "c" stream-id shard sequence  ; 4 + 4 + (4 epoch + 8 counter), big-endian
///     watermark-key = "w" stream-id shard    ; below it the log is trimmed
///     table-key  = "t" name
///     stream-key = "s" stream-id
///     meta-key   = "m" name
inline constexpr char row_space = 'r';
inline constexpr char change_space = 'c';
inline constexpr char watermark_space = 'w';
inline constexpr char table_space = 't';
inline constexpr char stream_space = 's';
inline constexpr char meta_space = 'm';

/// "r" and the table's id: what all of a table's rows start with. An index's rows start with its own id.
void append_table_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t table_id);
constexpr std::size_t table_prefix_size(std::string_view store_prefix) noexcept {
  return store_prefix.size() + sizeof row_space + sizeof(std::uint32_t);
}
/// The same with the first hash of a scan segment; segment == total stands for the end of the last one.
void append_segment_start(json::buffer& out, std::string_view store_prefix, std::uint32_t table_id,
                          std::uint64_t segment, std::uint64_t total);

/// Which words a refused key gets: an item to be put, a key that is looked up, or values in a key condition.
enum class key_use : std::uint8_t { in_item, lookup, condition };

/// The bytes of one key value (canonical JSON) in an order-preserving form; `scratch` lends memory. Refuses wrong types and empty
/// values in DynamoDB's words (errc::validation).
result<std::string_view> key_bytes(const key_attribute&, std::string_view value, key_use, std::string& scratch);
/// What keys beyond DynamoDB's sizes are told.
error partition_too_large();
error sort_too_large();

/// Appends the bytes of one key value (canonical JSON) as the store orders them. Refuses wrong types, empty values and sizes beyond
/// the limits in DynamoDB's words (errc::validation).
result<void> append_partition(json::buffer& out, const key_attribute&, std::string_view value, key_use);
result<void> append_sort(json::buffer& out, const key_attribute&, std::string_view value, key_use);

/// The canonical values of an item's key attributes: views into it. Nothing for what the item or the key does not have.
struct key_values {
  std::optional<std::string_view> partition;
  std::optional<std::string_view> sort;
};
key_values find_key(const key_schema&, std::string_view item);

/// The whole row key of a canonical item that holds (at least) the table's key attributes.
/// For key_use::lookup the item must hold nothing else ("The provided key element does not match the schema").
result<void> append_row_key(json::buffer& out, std::string_view store_prefix, const table_descriptor&,
                            std::string_view item, key_use);

/// The beginning of a row key that all rows of one partition key share.
std::string_view partition_of_row(std::string_view row_key, std::string_view store_prefix);

/// The smallest key greater than every key that starts with `prefix`; `prefix` is not all 0xFF.
std::string after_prefix(std::string_view prefix);

}  // namespace dynamo::engine

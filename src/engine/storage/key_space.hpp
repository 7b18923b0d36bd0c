#pragma once

#include <dynamo/json/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// How keys of all kinds are laid out (docs/formats.md). Everything is preceded by the store's prefix.
///
///     key       = row-key / index-key / change-key / watermark-key / expiry-key / filling-key / vector-key / table-key / stream-key / cursor-key
///               / attachment-key / meta-key / token-key
///     row-key   = "r" table-id hash partition sort
///     table-id  = 4OCTET                     ; big-endian, never reused
///     hash      = 8OCTET                     ; XXH64, seed 0, of the partition bytes, big-endian
///     partition = length *OCTET              ; length: 2 octets, big-endian
///     sort      = *OCTET                     ; order-preserving: S and B as they are, N see number_key.hpp
///     change-key = "c" stream-id shard sequence  ; 4 + 4 + (4 epoch + 8 counter), big-endian
///     watermark-key = "w" stream-id shard    ; below it the log is trimmed
///     expiry-key = "e" ttl-id expiry hash partition sort   ; expiry: 8 octets, seconds, big-endian; the rest as in the item's row-key
///     filling-key = "e" ttl-id               ; while rows are made for the items that a table had before
///     vector-key = "v" index-id [ hash partition ] hash partition sort   ; in brackets: of the HASH attribute; the rest as in the item's row-key
///     table-key  = "t" name
///     stream-key = "s" stream-id
///     cursor-key = "b" id                    ; of an index: how far its rows are filled in
///     attachment-key = "g" (table-id / stream-id) kind   ; kind: 1 octet, tables/attachment.hpp
///     meta-key   = "m" name
///     token-key  = "i" token                ; ClientRequestToken of a transaction
inline constexpr char row_space = 'r';
inline constexpr char change_space = 'c';
inline constexpr char watermark_space = 'w';
inline constexpr char expiry_space = 'e';
inline constexpr char vector_space = 'v';
inline constexpr char table_space = 't';
inline constexpr char stream_space = 's';
inline constexpr char cursor_space = 'b';
inline constexpr char attachment_space = 'g';
inline constexpr char meta_space = 'm';
inline constexpr char token_space = 'i';

/// "r" and the table's id: what all of a table's rows start with. An index's rows start with its own id.
void append_table_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t table_id);
constexpr std::size_t table_prefix_size(std::string_view store_prefix) noexcept {
  return store_prefix.size() + sizeof row_space + sizeof(std::uint32_t);
}

/// "e" and the id of a table's TTL rows: what all of them start with, and the whole filling-key.
void append_expiry_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t ttl_id);
/// "v" and the id of a vector index: what all of its rows start with, a prefix as long as a table's.
void append_vector_prefix(json::buffer& out, std::string_view store_prefix, std::uint32_t index_id);
/// Where a walk that fills in rows notes how far it has come, by the id under which those rows lie.
void append_cursor_key(json::buffer& out, std::string_view store_prefix, std::uint32_t id);

/// The smallest key greater than every key that starts with `prefix`; `prefix` is not all 0xFF.
std::string after_prefix(std::string_view prefix);

}  // namespace dynamo::engine

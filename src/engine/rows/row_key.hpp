#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/storage/key_space.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// A table's prefix with the first hash of a scan segment; segment == total stands for the end of the last one.
void append_segment_start(json::buffer& out, std::string_view store_prefix, std::uint32_t table_id,
                          std::uint64_t segment, std::uint64_t total);

/// Which words a refused key gets: an item to be put, one to be put by a batch, a key that is looked up, or values in a key condition.
enum class key_use : std::uint8_t { in_item, in_batched_item, lookup, condition };

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

/// Whether a key attribute of the table, or of an index of it, is there in the canonical item (or key) and holds an empty string or binary.
bool has_empty_key(const table_descriptor&, std::string_view item);

/// The beginning of a row key that all rows of one partition key share.
std::string_view partition_of_row(std::string_view row_key, std::string_view store_prefix);

/// Table or index id, and the hash of the partition key, in the key of a row or of an index row, or in what one begins with.
std::uint32_t id_of_row(std::string_view row_key, std::string_view store_prefix);
std::uint64_t partition_hash(std::string_view row_key, std::string_view store_prefix);

}  // namespace dynamo::engine

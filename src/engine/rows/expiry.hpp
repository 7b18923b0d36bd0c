#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// When items expire, and the TTL rows that find those which have.
///
///     expiry-key = "e" ttl-id expiry table-key    ; the value is empty
///     ttl-id     = 4OCTET               ; from the same counter as table ids
///     expiry     = 8OCTET               ; seconds since 1970, big-endian
///     table-key  = hash partition sort  ; what follows the table's id in the key of the item's own row
///
/// Every item with a valid expiry has its row; not every row has such an item. A put that does not read the old item leaves the old row
/// behind. So a row is a place to look, and what the item says counts.

/// Seconds since 1970.
using expiry = std::uint64_t;

/// When a canonical item expires by this attribute: nothing unless it is a top-level Number that is not negative and that a clock can come
/// to (292,000 years). `item` is empty where there is none, and needs padding. Of a fraction the whole seconds count.
std::optional<expiry> expiry_of(std::string_view item, std::string_view attribute);

/// A row whose item is not older than that, and not younger, is due. Sources: UpdateTimeToLive, API Reference ("less than the current time");
/// "Using time to live (TTL) in DynamoDB", Developer Guide (items that expired more than five years ago stay).
inline constexpr std::chrono::years expired_long_ago{5};
struct due_expiries {
  expiry first = 0;
  expiry end = 0;  ///< exclusive
  bool has(expiry e) const noexcept { return first <= e && e < end; }
};
/// What is due at a time of the wall clock.
due_expiries due_at(instant now) noexcept;

/// Appends the key of an item's TTL row.
void append_expiry_key(json::buffer& out, std::string_view store_prefix, std::uint32_t ttl_id, expiry,
                       std::string_view table_key);
/// The smallest key of rows with this expiry.
std::string first_expiry_key(std::string_view store_prefix, std::uint32_t ttl_id, expiry);
/// What a TTL row says. `key` is a whole expiry-key.
struct expiry_row {
  expiry at = 0;
  std::string_view table_key;
};
expiry_row read_expiry_key(std::string_view key, std::string_view store_prefix) noexcept;

/// Lays down what a write of an item does to its TTL row, in the batch that writes the item: nothing for a write that leaves the expiry as it
/// was. `row_key` is the whole key of the item's own row. `before` is empty, too, where the write did not read the old item.
void append_expiry_rows(write_batch& rows, std::string_view store_prefix, std::uint32_t ttl_id,
                        std::string_view row_key, std::optional<expiry> before, std::optional<expiry> after);

}  // namespace dynamo::engine

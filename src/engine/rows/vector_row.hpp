#pragma once

#include "capacity.hpp"
#include "stored_row.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// How the rows of a vector index are laid out (docs/formats.md).
///
///     vector-key = "v" index-id [ hash partition ] table-key   ; in brackets: of the HASH attribute, if the index has one
///     table-key  = hash partition sort  ; what follows the table's id in the key of the item's own row
///     vector-row = format size count 1*element item
///     format     = %x01
///     size       = 4OCTET               ; what the row takes as DynamoDB counts it, big-endian
///     count      = 4OCTET               ; of elements, big-endian
///     element    = 4OCTET               ; IEEE 754 binary32, little-endian; finite
///     item       = canonical DynamoDB JSON of what the index projects, without the vector
///
/// So the rows that a search reads lie together, in the order in which Scan shows their items (within one value of the HASH attribute).
inline constexpr std::size_t vector_row_header_size = row_header_size + sizeof(std::uint32_t);

/// Splits a row's value. `vector` is overwritten. Answers the item; nothing where the format is not one that this version knows.
std::optional<std::string_view> read_vector_row(std::string_view row, std::vector<float>& vector);

/// What all rows begin with that a search reads: `hash` is a canonical value, given if the index has a HASH attribute. Errors in DynamoDB's words
/// for a value that does not fit.
result<std::string> vector_rows_prefix(std::string_view store_prefix, const vector_index_descriptor&,
                                       std::optional<std::string_view> hash);

/// Lays down what a write of an item does to its rows in the table's vector indexes, in the batch that writes the item. Parameters are those of
/// append_index_rows(). What the rows consume is VectorWriteRequestBytes: the size of what changes in the index, at least 1,024
/// (observed; a row that stays the same consumes nothing).
void append_vector_rows(write_batch& rows, std::string_view store_prefix, const table_descriptor&,
                        std::string_view row_key, const stored_row& old_row, write_batch::span new_row,
                        consumed_capacity* consumed);

/// Appends the item of a row with its vector in it, as numbers of 32-bit precision.
void append_item_with_vector(json::buffer& out, const vector_index_descriptor&, std::string_view item,
                             const std::vector<float>& vector);

}  // namespace dynamo::engine

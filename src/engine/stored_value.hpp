#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dynamo::engine {

/// A stored row: one format byte, the item's size as DynamoDB counts it (4 bytes, big-endian), canonical DynamoDB JSON.
///
///     row  = format size item
///     format = %x01
inline constexpr char row_format = '\x01';
inline constexpr std::size_t row_header_size = 5;

inline void write_row_header(char* at, std::size_t item_size) noexcept {
  at[0] = row_format;
  for (std::size_t i = 0; i < 4; ++i) at[1 + i] = static_cast<char>(item_size >> (24 - 8 * i));
}

struct stored_row {
  std::size_t item_size = 0;
  std::string_view item;  ///< canonical JSON
};

/// Splits a stored row; false when the format is not one this version knows.
inline bool read_row(std::string_view row, stored_row& out) noexcept {
  if (row.size() < row_header_size || row[0] != row_format) return false;
  out.item_size = 0;
  for (std::size_t i = 1; i < row_header_size; ++i)
    out.item_size = out.item_size << 8 | static_cast<unsigned char>(row[i]);
  out.item = row.substr(row_header_size);
  return true;
}

}  // namespace dynamo::engine

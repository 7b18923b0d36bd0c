#pragma once

#include <dynamo/base/result.hpp>
#include <engine/storage/big_endian.hpp>

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
  store_big_endian(at + sizeof row_format, static_cast<std::uint32_t>(item_size));
}

struct stored_row {
  std::size_t item_size = 0;
  std::string_view item;  ///< canonical JSON
};

/// Splits a stored row; false when the format is not one this version knows.
inline bool read_row(std::string_view row, stored_row& out) noexcept {
  if (row.size() < row_header_size || row[0] != row_format) return false;
  out.item_size = load_big_endian<std::uint32_t>(row.substr(sizeof row_format));
  out.item = row.substr(row_header_size);
  return true;
}

/// errc::corruption
std::unexpected<error> unknown_row(std::string_view table_name);

}  // namespace dynamo::engine

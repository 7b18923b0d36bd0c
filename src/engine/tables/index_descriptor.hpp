#pragma once

#include "key_schema.hpp"
#include "table_settings.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Which attributes of an item its row in an index holds besides the keys of index and table.
enum class projection_kind : std::uint8_t { all, keys_only, include };
std::string_view to_string(projection_kind) noexcept;  ///< "ALL", "KEYS_ONLY", "INCLUDE"
std::optional<projection_kind> projection_kind_from(std::string_view) noexcept;

/// A secondary index of a table.
struct index_descriptor {
  std::uint32_t id = 0;  ///< from the same counter as table ids, never reused: its rows lie under it
  std::string name;
  bool global = true;
  key_schema key;  ///< local: the table's partition attribute and one sort attribute; global: up to four of each
  projection_kind projection = projection_kind::all;
  std::vector<std::string> non_key_attributes;  ///< as they were given, for projection_kind::include
  std::uint64_t read_units = 0;                 ///< provisioned throughput, zero on demand and for local indexes
  std::uint64_t write_units = 0;
  capacity_settings capacity;  ///< of a global one
  /// It was added to a table that was there, and rows of older items are being filled in: writes keep its rows, and nobody reads them.
  bool filling = false;

  // Derived from the above and the table by derive_indexes().
  std::vector<std::string> attributes;     ///< everything a row holds, ascending; empty for projection_kind::all
  std::vector<std::size_t> key_positions;  ///< of partition and sort attributes in table_descriptor::index_key_names

  bool projects(std::string_view attribute) const noexcept;
};

}  // namespace dynamo::engine

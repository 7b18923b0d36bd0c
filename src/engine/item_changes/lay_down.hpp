#pragma once

#include <dynamo/base/clock.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/rows/capacity.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <string_view>

namespace dynamo::engine {

/// One item that changes.
struct item_change {
  const table_descriptor& table;
  std::string_view key;  ///< of the item's row, which does not lie in the change's arena
  std::size_t stripe;    ///< of that key; its lock is held
  stored_row
      before;  ///< empty where there was none, and where neither a stream nor an index needs it. With padding after it
  write_batch::span after;  ///< the new row, in the change's arena; empty: the item goes
  bool by_ttl = false;      ///< made by the service, because the item had expired
};

/// What tell when a change is made; asked only where a record says so. They outlive the call.
struct change_clocks {
  const clock& wall;
  const clock& ages;  ///< see age_clock
};

/// Whether what index rows consume is wanted.
enum class index_capacity : bool { not_counted, counted };
/// Lays down all that belongs to the change of one item: its row, its change record, its index rows and its TTL row. Answers what that consumes.
consumed_capacity lay_down(prepared_change&, std::string_view store_prefix, const item_change&, const change_clocks&,
                           index_capacity);

}  // namespace dynamo::engine

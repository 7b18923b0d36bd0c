#pragma once

#include <dynamo/base/error.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// What a write comes to, seen with the old item.
struct decision {
  enum class kind : std::uint8_t {
    store,      ///< the row at `row` takes the place of the old one
    erase,      ///< the row goes
    unchanged,  ///< nothing is written, no change record is made
    refused     ///< nothing is written, the caller gets the error
  };
  kind what = kind::unchanged;
  write_batch::span row;
  std::optional<error> refusal;

  static decision refuse(error e) {
    decision d;
    d.what = kind::refused;
    d.refusal.emplace(std::move(e));
    return d;
  }
};

/// What an update may not do to its table's keys, whatever the item is. Errors in DynamoDB's words.
result<void> check_update(const write_parameters&, const table_descriptor&);

/// Whether the write cannot be decided, recorded or answered without the old item.
bool needs_old_item(const write_parameters&, const table_descriptor&);

/// Checks the condition and applies the update, which passed check_update(), to the old item, which is canonical with padding after it, and
/// empty when there is none or when it was not asked for. An item that would be too large is told before a condition that fails, as DynamoDB does. Pure but for the new row, which is laid down in the arena of `rows`.
decision decide(const write_parameters&, const table_descriptor&, std::string_view old_item, write_batch& rows);

}  // namespace dynamo::engine

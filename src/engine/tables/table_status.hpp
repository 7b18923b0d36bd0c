#pragma once

#include <dynamo/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// What a table is doing, and a global index of it.
enum class table_status : std::uint8_t { creating, active, updating, deleting };
std::string_view to_string(table_status) noexcept;  ///< "CREATING", "ACTIVE", "UPDATING", "DELETING"

/// What an operation asks of a table.
enum class table_event : std::uint8_t { create, update, remove };
/// What became of the commit of a change.
enum class commit_outcome : std::uint8_t { committed, failed };

/// The states of a table are a machine of two pure functions. An operation claims the table's name, and the outcome of its commit settles
/// the claim; nothing else changes a state. Where there is no table of a name its status is empty.
///
/// The status with which an operation begins. Errors in DynamoDB's words: resource_in_use for a table that exists or is being changed,
/// resource_not_found.
result<table_status> claim_status(std::optional<table_status> now, table_event, std::string_view table_name);
/// The status after the outcome. `claimed` is what claim_status() answered.
std::optional<table_status> settle_status(table_status claimed, commit_outcome) noexcept;

/// What a change of a table does to one of its global indexes.
enum class index_action : std::uint8_t {
  none,
  add,
  remove,
  open  ///< to readers: it is filled. The engine does that by itself, and nobody is shown a table that is being updated
};
/// An index comes and goes with its table, or by a change of its own. It is CREATING for as long as its rows are being filled in.
table_status index_status(table_status of_table, bool filling, index_action) noexcept;

/// What a change of a table does to its TTL.
enum class ttl_action : std::uint8_t { none, begin, end };

/// "Requested resource not found: Table: ... not found", as operations on tables have it.
std::unexpected<error> no_such_table(std::string_view table_name);

}  // namespace dynamo::engine

#include "table_status.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cstddef>

namespace dynamo::engine {
namespace {

constexpr auto status_names = std::to_array<std::string_view>({"CREATING", "ACTIVE", "UPDATING", "DELETING"});

std::unexpected<error> still_in_use(std::string_view change, std::string_view table_name) {
  return fail(
      errc::resource_in_use,
      fmt::format("Attempt to change a resource which is still in use: Table is being {}: {}", change, table_name));
}

}  // namespace

std::string_view to_string(table_status status) noexcept { return status_names[static_cast<std::size_t>(status)]; }

result<table_status> claim_status(std::optional<table_status> now, table_event event, std::string_view table_name) {
  if (event == table_event::create) {
    if (now) return fail(errc::resource_in_use, fmt::format("Table already exists: {}", table_name));
    return table_status::creating;
  }
  if (!now) return no_such_table(table_name);
  switch (*now) {
    case table_status::creating: return still_in_use("created", table_name);
    case table_status::updating: return still_in_use("updated", table_name);
    case table_status::deleting: return still_in_use("deleted", table_name);
    case table_status::active: break;
  }
  return event == table_event::update ? table_status::updating : table_status::deleting;
}

std::optional<table_status> settle_status(table_status claimed, commit_outcome outcome) noexcept {
  assert(claimed != table_status::active && "nothing is claimed");
  const bool is_there = outcome == commit_outcome::committed ? claimed != table_status::deleting  //
                                                             : claimed != table_status::creating;
  return is_there ? std::optional(table_status::active) : std::nullopt;
}

table_status index_status(table_status of_table, bool filling, index_action action) noexcept {
  if (of_table == table_status::deleting || action == index_action::remove) return table_status::deleting;
  if (filling) return table_status::creating;
  return of_table == table_status::updating ? table_status::active : of_table;
}

std::unexpected<error> no_such_table(std::string_view table_name) {
  return fail(errc::resource_not_found, fmt::format("Requested resource not found: Table: {} not found", table_name));
}

}  // namespace dynamo::engine

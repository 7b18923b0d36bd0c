#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/table_change.hpp>

#include <string>

namespace dynamo::engine {

// What CreateTable, UpdateTable, DeleteTable and DescribeTable share. A change of a table is claimed in the catalog, completed, and committed as a
// barrier; in between no lock is held, so operations on other tables go on, and one on the same table is told that it is in use.

/// The one parameter of DescribeTable and DeleteTable.
result<std::string> read_table_name(const request&);

/// Begins a stream with the change. Errors: limit_exceeded when all ids are used up.
result<void> open_stream(engine_core&, table_change&, view_type);

/// Commits the change as a barrier and settles it: whatever was prepared against the old version is enqueued before it or prepared anew.
/// Errors: read_only, and those of a commit that failed; then the old version is the table's again.
result<void> commit(engine_core&, table_change&);

}  // namespace dynamo::engine

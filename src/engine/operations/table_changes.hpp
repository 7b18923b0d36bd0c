#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/tables/table_change.hpp>

#include <string>

namespace dynamo::engine {

// What CreateTable, UpdateTable and DeleteTable share. A change of a table is claimed in the catalog, completed, and committed as a
// barrier; in between no lock is held, so operations on other tables go on, and one on the same table is told that it is in use.

/// Begins a stream with the change. Errors: limit_exceeded when all ids are used up.
result<void> open_stream(engine_core&, table_change&, view_type);

/// Rows that a new table has from the beginning; empty: none.
struct first_attachments {
  std::string tags;
  std::string policy;
};

/// Commits the change as a barrier and settles it: whatever was prepared against the old version is enqueued before it or prepared anew.
/// Errors: read_only, and those of a commit that failed; then the old version is the table's again.
result<void> commit(engine_core&, table_change&, const first_attachments& = {});

}  // namespace dynamo::engine

#pragma once

#include "committer.hpp"
#include "prepared_change.hpp"

#include <engine/tables/catalog.hpp>
#include <engine/tables/table_change.hpp>

#include <memory>
#include <string_view>

namespace dynamo::engine {

/// Enqueues a change of a table as a barrier: whatever was prepared against the old version is enqueued before it, or prepared anew. Lays down all
/// that the change stores, and gives it its place. The caller has a slot, and settles the change by the outcome: after wait(), or
/// in the sink.
committer::verdict enqueue_barrier(committer&, catalog&, std::string_view store_prefix,
                                   const std::shared_ptr<prepared_change>&, table_change&);

}  // namespace dynamo::engine

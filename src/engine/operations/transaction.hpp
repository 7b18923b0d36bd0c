#pragma once

#include "engine_core.hpp"
#include "long_read.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/parameters/transact_get_parameters.hpp>
#include <engine/parameters/transact_write_parameters.hpp>

#include <memory>

namespace dynamo::engine {

// What TransactWriteItems, TransactGetItems and ExecuteTransaction do once their parameters are read.

/// Writes for a caller that waits, and for one that does not: then the sink is told once. The items of puts lie in the change's rows already.
result<reply> run_transaction(engine_core&, const transact_write_parameters&, const std::shared_ptr<prepared_change>&);
void start_transaction(engine_core&, const transact_write_parameters&, const std::shared_ptr<prepared_change>&,
                       reply_sink&);
/// Reads all items as they are at one moment.
begun_read begin_transaction(const engine_core&, std::unique_ptr<const transact_get_parameters>);

}  // namespace dynamo::engine

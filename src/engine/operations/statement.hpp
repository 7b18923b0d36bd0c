#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/storage/store.hpp>

#include <partiql/statement.hpp>

namespace dynamo::engine {

/// The parameters of a write of its own, of a statement that is no SELECT; the item of an INSERT goes into `rows`. Errors in DynamoDB's words: an
/// unknown table, a key that is not whole.
result<write_parameters> read_statement_write(const engine_core&, partiql::statement, write_batch& rows);

}  // namespace dynamo::engine

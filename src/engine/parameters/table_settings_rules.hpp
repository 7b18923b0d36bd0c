#pragma once

#include "table_parameters.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <engine/tables/table_descriptor.hpp>

namespace dynamo::engine {

/// Sets billing mode and units of a new table. Errors in DynamoDB's words.
result<void> set_billing(const table_parameters&, table_descriptor&);
/// Sets the rest that CreateTable says of a table beside its keys and indexes. Its billing mode is set.
result<void> set_settings(const table_parameters&, table_descriptor&);

/// What can be said of an UpdateTable without its table: that it changes something, and nothing that one call cannot change. Errors: validation,
/// limit_exceeded, not_supported.
result<void> check_update(const table_parameters&);
/// The next version of a table, but for its stream and for indexes that come and go. Pure. Errors: validation, limit_exceeded,
/// resource_not_found.
result<table_descriptor> updated_table(const table_parameters&, table_descriptor, instant now);

}  // namespace dynamo::engine

#pragma once

/// Typed tables: what an application includes. See <dynamo/database.hpp> for the embedded database, and <dynamo/asio.hpp> for
/// coroutines.

#include <dynamo/schema/schema.hpp>
#include <dynamo/table/difference.hpp>
#include <dynamo/table/table.hpp>

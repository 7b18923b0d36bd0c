#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/catalog.hpp>

namespace dynamo::engine {

/// What ListTables answers.
reply write_table_list(const table_names&);

}  // namespace dynamo::engine

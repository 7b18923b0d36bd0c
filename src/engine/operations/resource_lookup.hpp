#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/tables/catalog.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// A table or a stream that something is attached to.
struct attached_resource {
  std::uint32_t id = 0;
  std::optional<known_table> table;  ///< nothing for a stream
  std::string name;                  ///< of the table; of a stream its ARN
};

/// What ResourceArn may name.
enum class resource_kind : std::uint8_t { table, table_or_stream };

/// The resource of an ARN. Errors: validation for what is no ARN of such a resource, access_denied for another account, resource_not_found.
result<attached_resource> find_resource(const engine_core&, std::string_view arn, resource_kind);
/// The table of a name. Errors: resource_not_found.
result<attached_resource> find_attached_table(const engine_core&, std::string_view table_name);
/// Refuses a table that is being created or deleted: resource_in_use.
result<void> check_changeable(const attached_resource&);

}  // namespace dynamo::engine

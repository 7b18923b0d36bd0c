#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

std::string arn_of(const engine_core&, const stream_descriptor&);
std::string shard_id(const stream_descriptor&);

/// What an ARN names; nothing for what has not the form of a stream's ARN. Views into it.
struct stream_name {
  std::string_view table;
  std::string_view label;
};
std::optional<stream_name> parse_stream_arn(std::string_view) noexcept;

/// The stream of an ARN. Errors in DynamoDB's words: validation ("Invalid StreamArn"), resource_not_found, also when it was closed
/// more than 24 hours ago.
result<stream_descriptor> find_stream(const engine_core&, std::string_view arn);
std::unexpected<error> no_such_stream(std::string_view arn);
std::unexpected<error> no_such_shard();
std::unexpected<error> trimmed();

}  // namespace dynamo::engine

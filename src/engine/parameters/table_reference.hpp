#pragma once

#include <optional>
#include <string_view>

namespace dynamo::engine {

/// Whether a text is meant as an ARN: no name of a table can begin so.
inline bool is_arn(std::string_view text) noexcept { return text.starts_with("arn:"); }

/// The name in a table's ARN, "arn:aws:dynamodb:eu-west-2:000000000000:table/users"; nothing for the ARN of anything else (an index, a stream,
/// another service) and for what is no ARN. Partition, region and account may be any: a database is one account in one region, and a program
/// brings the ARNs of its own account along.
std::optional<std::string_view> table_name_in_arn(std::string_view) noexcept;

/// Whether an existing table may have this name in a request: 1 to 255 of [a-zA-Z0-9_.-].
bool is_table_name(std::string_view) noexcept;

}  // namespace dynamo::engine

#pragma once

#include <optional>
#include <string_view>

namespace dynamo::engine {

/// The account in all ARNs of this engine: the one that emulators use by custom; there is none here.
inline constexpr std::string_view own_account = "000000000000";

/// What the ARN of a table, of one of its indexes or of one of its streams says: arn:partition:dynamodb:region:account:table/name, with
/// "/index/name" or "/stream/label" after it. Views into the ARN.
struct resource_arn {
  std::string_view region;
  std::string_view account;
  std::string_view table;
  std::string_view index;   ///< empty unless it names an index
  std::string_view stream;  ///< the label; empty unless it names a stream
};

/// Nothing for what has not that form. Pure; does not allocate.
std::optional<resource_arn> parse_resource_arn(std::string_view) noexcept;

}  // namespace dynamo::engine

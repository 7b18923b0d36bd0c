#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/ttl_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// DynamoDB's states. Both changes are in progress there for up to an hour; here one is ENABLING until its commit and until the items that were
/// there have their TTL rows, and DISABLING until its commit, which its own caller waits for.
enum class ttl_status : std::uint8_t { disabled, enabling, enabled, disabling };
std::string_view to_string(ttl_status) noexcept;

/// What UpdateTimeToLive answers: what was asked for.
reply write_ttl_specification(const ttl_descriptor&);
/// What DescribeTimeToLive answers. The attribute's name is left out while TTL is off.
reply write_ttl_description(const std::optional<ttl_descriptor>&, ttl_status);

}  // namespace dynamo::engine

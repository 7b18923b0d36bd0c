#pragma once

#include <dynamo/protocol/operation_name.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace dynamo {

/// The two services whose operations share an endpoint.
enum class wire_service : std::uint8_t {
  dynamodb,
  streams,
};

/// Its name on the wire: "DynamoDB_20120810". What X-Amz-Target starts with.
std::string_view to_string(wire_service) noexcept;

/// Whether an operation leaves the data as it was. What reads can be sent again without harm.
enum class operation_effect : std::uint8_t { reads, writes };

/// Which capacity units an operation consumes.
enum class capacity_rule : std::uint8_t {
  none,
  read,
  write,
  by_statement,  ///< its PartiQL statements decide
};

/// The capacity that a request consumes, once its statements are known.
enum class capacity_kind : std::uint8_t { none, read, write };

/// What is true of an operation wherever it is executed: one row of the only list of operations. Retrying, metering, rate limits and the
/// server read it; who executes an operation in the embedded engine stands in the engine's own table.
struct operation_facts {
  operation_name operation;
  std::string_view name;  ///< on the wire: "GetItem"
  wire_service service;
  operation_effect effect;
  capacity_rule capacity;
};

/// Thread-safe, does not fail.
const operation_facts& facts_of(operation_name) noexcept;
/// One row for each operation, in the order of operation_name.
std::span<const operation_facts> all_operations() noexcept;

}  // namespace dynamo

// DescribeKinesisStreamingDestination and DescribeTableReplicaAutoScaling: a table here has no destinations and no replicas.
#include "operations.hpp"
#include "resource_lookup.hpp"

#include <engine/parameters/state_parameters.hpp>
#include <engine/responses/state_responses.hpp>

namespace dynamo::engine {

result<reply> describe_kinesis_streaming_destination(const engine_core& core, const request& r) {
  const auto p = read_table_state(r);
  if (!p) return std::unexpected(p.error());
  const auto table = find_attached_table(core, p->table);
  if (!table) return std::unexpected(table.error());
  return kinesis_destinations_response(table->name);
}

result<reply> describe_table_replica_auto_scaling(const engine_core& core, const request& r) {
  const auto p = read_table_state(r);
  if (!p) return std::unexpected(p.error());
  const auto table = find_attached_table(core, p->table);
  if (!table) return std::unexpected(table.error());
  return replica_auto_scaling_response(table->name, table->table->status);
}

}  // namespace dynamo::engine

#include "operations.hpp"
#include "table_changes.hpp"

#include <engine/parameters/table_parameters.hpp>
#include <engine/responses/table_description.hpp>

namespace dynamo::engine {
namespace {

result<void> check_supported(const table_parameters& p) {
  if (p.billing || p.throughput || p.deletion_protection) {
    return fail(errc::not_supported,
                "UpdateTable changes only StreamSpecification in this version of the embedded engine");
  }
  if (p.stream) return check_stream(*p.stream);
  return fail(errc::validation,
              "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
              "SSESpecification or ReplicaUpdates is required");
}

// A stream is switched on where there is none, and off where there is one.
result<void> check_stream_of(const table_descriptor& table, bool enable) {
  if (enable && table.stream) {
    return fail(errc::validation, "Table already has an enabled stream: TableName: " + table.name);
  }
  if (!enable && !table.stream) {
    return fail(errc::validation, "Table has no stream to disable: TableName: " + table.name);
  }
  return {};
}

result<described_table> execute_update(engine_core& core, const table_parameters& p) {
  if (auto supported = check_supported(p); !supported) return std::unexpected(supported.error());
  const bool enable = p.stream->enabled;
  auto change =
      core.tables.update(p.table, [&](const table_descriptor& table) { return check_stream_of(table, enable); });
  if (!change) return std::unexpected(change.error());
  if (enable) {
    if (auto opened = open_stream(core, *change, *p.stream->view); !opened) return std::unexpected(opened.error());
  } else {
    change->close_stream(core.ages->now());
  }
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  return described_table{std::move(change->next), change->status(), {}};
}

}  // namespace

result<reply> update_table(engine_core& core, const request& r) {
  const auto p = read_update_table(r);
  if (!p) return std::unexpected(p.error());
  const auto updated = execute_update(core, *p);
  if (!updated) return std::unexpected(updated.error());
  return write_described_table("TableDescription", *updated, core.options.region);
}

}  // namespace dynamo::engine

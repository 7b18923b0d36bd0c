#include "table_changes.hpp"

#include <engine/parameters/table_parameters.hpp>
#include <engine/responses/table_description.hpp>

namespace dynamo::engine {
namespace {

struct update_table_parameters {
  std::string table;
  std::optional<view_type> stream;  ///< empty: the stream is disabled
};

result<update_table_parameters> read_update_table(const request& r) {
  violations found;
  const auto p = read_table_parameters(r, found);
  if (!p) return std::unexpected(p.error());
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (p->billing_mode || p->throughput || p->deletion_protection) {
    return fail(errc::not_supported,
                "UpdateTable changes only StreamSpecification in this version of the embedded engine");
  }
  if (!p->stream) {
    return fail(
        errc::validation,
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
        "SSESpecification or ReplicaUpdates is required");
  }
  if (auto valid = check_stream(*p->stream); !valid) return std::unexpected(valid.error());
  return update_table_parameters{*p->name, *p->stream->enabled ? view_type_from(*p->stream->view) : std::nullopt};
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

result<described_table> execute(engine_core& core, const update_table_parameters& p) {
  const bool enable = p.stream.has_value();
  auto change =
      core.tables.update(p.table, [&](const table_descriptor& table) { return check_stream_of(table, enable); });
  if (!change) return std::unexpected(change.error());
  if (enable) {
    if (auto opened = open_stream(core, *change, *p.stream); !opened) return std::unexpected(opened.error());
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
  const auto updated = execute(core, *p);
  if (!updated) return std::unexpected(updated.error());
  return write_described_table("TableDescription", *updated, core.options.region);
}

}  // namespace dynamo::engine

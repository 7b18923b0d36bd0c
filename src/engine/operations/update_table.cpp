#include "index_updates.hpp"
#include "operations.hpp"
#include "table_changes.hpp"

#include <engine/parameters/table_parameters.hpp>
#include <engine/responses/table_description.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

result<void> check_supported(const table_parameters& p) {
  if (p.billing || p.throughput || p.deletion_protection) {
    return fail(errc::not_supported,
                "UpdateTable changes only StreamSpecification and GlobalSecondaryIndexUpdates in this version of the "
                "embedded engine");
  }
  if (p.index_updates) {
    if (auto valid = check_index_updates(*p.index_updates); !valid) return valid;
    if (std::ranges::any_of(*p.index_updates, [](const index_update& one) { return one.update.has_value(); })) {
      return fail(errc::not_supported, "UpdateTable does not change the throughput of an index yet");
    }
    if (p.stream) {  // the rule is AWS's ("You can only perform one of the following operations at once"), the words are ours
      return fail(
          errc::validation,
          "One or more parameter values were invalid: StreamSpecification and GlobalSecondaryIndexUpdates cannot "
          "be changed by one call");
    }
  }
  if (p.stream) return check_stream(*p.stream);
  if (p.index_updates) return {};
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

result<void> change_stream(engine_core& core, table_change& change, const stream_specification& stream) {
  if (stream.enabled) return open_stream(core, change, *stream.view);
  change.close_stream(core.ages->now());
  return {};
}

// A table that loses an index is shown with it once more.
described_table describe(table_change&& change) {
  described_table shown{std::move(change.next), change.status(), {}, std::move(change.index)};
  if (change.removed) shown.table.indexes.push_back(*std::move(change.removed));
  return shown;
}

result<described_table> execute_update(engine_core& core, const table_parameters& p) {
  if (auto supported = check_supported(p); !supported) return std::unexpected(supported.error());
  index_set_change indexes(p);
  auto change = core.tables.update(p.table, [&](const table_descriptor& table) -> result<void> {
    if (p.stream) {
      if (auto valid = check_stream_of(table, p.stream->enabled); !valid) return valid;
    }
    return indexes.check(table);
  });
  if (!change) return std::unexpected(change.error());
  if (p.stream) {
    if (auto changed = change_stream(core, *change, *p.stream); !changed) return std::unexpected(changed.error());
  }
  if (auto changed = indexes.apply(core, *change); !changed) return std::unexpected(changed.error());
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  indexes.note_committed(core, *change);
  return describe(*std::move(change));
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

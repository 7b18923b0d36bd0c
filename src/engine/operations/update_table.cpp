#include "index_updates.hpp"
#include "operations.hpp"
#include "table_changes.hpp"

#include <engine/parameters/table_settings_rules.hpp>
#include <engine/responses/table_description.hpp>

#include <optional>
#include <utility>

namespace dynamo::engine {
namespace {

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
described_table describe(table_change&& change, instant now) {
  described_table shown{std::move(change.next), change.status(), {}, now, std::move(change.index)};
  if (change.removed) shown.table.indexes.push_back(*std::move(change.removed));
  if (change.removed_vector_index) shown.table.vector_indexes.push_back(*std::move(change.removed_vector_index));
  return shown;
}

result<described_table> execute_update(engine_core& core, const table_parameters& p) {
  if (auto valid = check_update(p); !valid) return std::unexpected(valid.error());
  const instant now = core.now();
  index_set_change indexes(p);
  std::optional<table_descriptor> next;
  auto change = core.tables.update(p.table, [&](const table_descriptor& table) -> result<void> {
    if (p.stream) {
      if (auto valid = check_stream_of(table, p.stream->enabled); !valid) return valid;
    }
    auto updated = updated_table(p, table, now);
    if (!updated) return std::unexpected(updated.error());
    next = *std::move(updated);
    return indexes.check(*next);
  });
  if (!change) return std::unexpected(change.error());
  change->next = *std::move(next);
  if (p.stream) {
    if (auto changed = change_stream(core, *change, *p.stream); !changed) return std::unexpected(changed.error());
  }
  if (auto changed = indexes.apply(core, *change); !changed) return std::unexpected(changed.error());
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  indexes.note_committed(core, *change);
  return describe(*std::move(change), now);
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

#include "operations.hpp"
#include "table_changes.hpp"

#include <engine/parameters/ttl_parameters.hpp>
#include <engine/responses/time_to_live.hpp>

#include <chrono>
#include <utility>

namespace dynamo::engine {
namespace {

// Source: UpdateTimeToLive, API Reference. Whether the state or the interval is looked at first is not known; a caller who asks for what is
// there already learns more from the state.
constexpr std::chrono::hours interval{1};

result<void> check_ttl(const table_descriptor& table, const ttl_specification& wanted, bool bounds_rate, instant now) {
  const ttl_descriptor* const on = table.enabled_ttl();
  if (on != nullptr && on->attribute != wanted.attribute) {
    return fail(errc::validation,
                "TimeToLive is active on a different AttributeName: current AttributeName is " + on->attribute);
  }
  if (wanted.enabled && on != nullptr) return fail(errc::validation, "TimeToLive is already enabled");
  if (!wanted.enabled && on == nullptr) return fail(errc::validation, "TimeToLive is already disabled");
  // A clock that was set back since says nothing.
  if (bounds_rate && table.ttl && table.ttl->changed <= now && now - table.ttl->changed < interval) {
    return fail(errc::validation, "Time to live has been modified multiple times within a fixed interval");
  }
  return {};
}

result<ttl_descriptor> execute_update(engine_core& core, const ttl_parameters& p) {
  const instant now = core.now();
  auto change = core.tables.update(p.table, [&](const table_descriptor& table) {
    return check_ttl(table, p.specification, core.options.ttl_sweep.one_change_an_hour, now);
  });
  if (!change) return std::unexpected(change.error());
  if (const ttl_descriptor* before = change->next.enabled_ttl()) change->ended_ttl = before->id;
  if (p.specification.enabled) {
    const auto id = core.tables.take_ids(1);
    if (!id) return std::unexpected(id.error());
    change->begun_ttl = *id;
  }
  change->next.ttl = ttl_descriptor{p.specification.attribute, p.specification.enabled, change->begun_ttl, now};
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  if (change->ended_ttl != 0) core.reclaiming->note_dropped(change->ended_ttl);
  return *std::move(change->next.ttl);
}

}  // namespace

result<reply> update_time_to_live(engine_core& core, const request& r) {
  const auto p = read_update_time_to_live(r);
  if (!p) return std::unexpected(p.error());
  const auto updated = execute_update(core, *p);
  if (!updated) return std::unexpected(updated.error());
  return write_ttl_specification(*updated);
}

}  // namespace dynamo::engine

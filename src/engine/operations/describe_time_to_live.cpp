#include "operations.hpp"

#include <engine/maintenance/expiry_filler.hpp>
#include <engine/parameters/name_parameters.hpp>
#include <engine/responses/time_to_live.hpp>

namespace dynamo::engine {
namespace {

result<ttl_status> status_of(const engine_core& core, const known_table& known) {
  const ttl_descriptor* const ttl = known.entry->descriptor.enabled_ttl();
  if (ttl == nullptr) return ttl_status::disabled;
  const auto filling = stored_filling(*core.rows, ttl->id);
  if (!filling) return std::unexpected(filling.error());
  // What enables TTL may not be committed yet, and the place with it.
  return *filling || known.status == table_status::updating ? ttl_status::enabling : ttl_status::enabled;
}

}  // namespace

result<reply> describe_time_to_live(const engine_core& core, const request& r) {
  const auto p = read_describe_table(r);
  if (!p) return std::unexpected(p.error());
  const auto known = core.tables.look_up(p->table);
  if (!known) return no_such_table(p->table);
  const auto status = status_of(core, *known);
  if (!status) return std::unexpected(status.error());
  return write_ttl_description(known->entry->descriptor.ttl, *status);
}

}  // namespace dynamo::engine

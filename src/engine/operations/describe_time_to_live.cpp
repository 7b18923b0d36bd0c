#include "operations.hpp"

#include <engine/maintenance/expiry_filler.hpp>
#include <engine/parameters/name_parameters.hpp>
#include <engine/responses/time_to_live.hpp>

namespace dynamo::engine {
namespace {

// It is DISABLING only until the change is committed: no item is deleted any more then, and its TTL rows went with the change.
result<ttl_status> status_of(const engine_core& core, const known_table& known) {
  switch (known.ttl) {
    case ttl_action::begin: return ttl_status::enabling;
    case ttl_action::end: return ttl_status::disabling;
    case ttl_action::none: break;
  }
  const ttl_descriptor* const ttl = known.entry->descriptor.enabled_ttl();
  if (ttl == nullptr) return ttl_status::disabled;
  const auto filling = stored_filling(*core.rows, ttl->id);
  if (!filling) return std::unexpected(filling.error());
  return *filling ? ttl_status::enabling : ttl_status::enabled;
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

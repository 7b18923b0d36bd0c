#include "operations.hpp"
#include "point_read.hpp"

#include <engine/responses/item_response.hpp>

namespace dynamo::engine {

result<reply> get_item(const engine_core& core, const request& r) {
  const auto p = read_get_item(r, core.options.wording);
  if (!p) return std::unexpected(p.error());
  const auto table = core.tables.find(p->table);
  if (!table) return table_not_found();
  item_response response(*p);
  const auto consumed = read_point(core, table->descriptor, *p, key_use::lookup, response);
  if (!consumed) return std::unexpected(consumed.error());
  return std::move(response).finish(*consumed);
}

}  // namespace dynamo::engine

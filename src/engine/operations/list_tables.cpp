#include "operations.hpp"

#include <engine/parameters/name_parameters.hpp>
#include <engine/responses/table_list.hpp>

namespace dynamo::engine {

result<reply> list_tables(const engine_core& core, const request& r) {
  const auto p = read_list_tables(r);
  if (!p) return std::unexpected(p.error());
  return write_table_list(core.tables.names(p->after, static_cast<std::size_t>(p->limit)));
}

}  // namespace dynamo::engine

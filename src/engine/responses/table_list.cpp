#include "table_list.hpp"

#include <engine/tables/descriptor_json.hpp>

namespace dynamo::engine {

reply write_table_list(const table_names& page) {
  json::buffer out;
  out.append('{');
  if (page.more) {
    write_member(out, "LastEvaluatedTableName", page.names.back());
    out.append(',');
  }
  write_names(out, "TableNames", page.names);
  out.append('}');
  return reply(std::move(out));
}

}  // namespace dynamo::engine

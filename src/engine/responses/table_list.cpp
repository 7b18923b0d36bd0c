#include "table_list.hpp"

#include <engine/tables/object_writer.hpp>

namespace dynamo::engine {

reply write_table_list(const table_names& page) {
  json::buffer out;
  object_writer list(out);
  if (page.more) list.member("LastEvaluatedTableName", page.names.back());
  list.member("TableNames", page.names);
  list.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine

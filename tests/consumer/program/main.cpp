// The whole path through an installed library: a database in memory, asked over the wire protocol.
#include <dynamo/database.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdio>
#include <string>

int main() {
  const auto db = dynamo::database::in_memory();
  if (!db) {
    std::fprintf(stderr, "%s\n", db.error().describe().c_str());
    return 1;
  }
  const auto listed = db->endpoint()->call({dynamo::operation_name::list_tables, dynamo::json::buffer("{}")});
  if (!listed) {
    std::fprintf(stderr, "%s\n", listed.error().describe().c_str());
    return 1;
  }
  const std::string answer{listed->body.view()};
  std::printf("%s\n", answer.c_str());
  return answer == R"({"TableNames":[]})" ? 0 : 1;
}

// Conditions as text, for what is only known at run time. They are parsed before anything is sent, and every name is aliased, so
// that reserved words such as `status` need no care.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct job {
  std::string id;
  std::string status;
  std::uint32_t attempts = 0;
};
struct jobs : dynamo::schema<"jobs", job, dynamo::partition_key<&job::id>> {};

int main() {
  using dynamo::bind;
  using dynamo::raw;
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<jobs> table{*db};
  if (!table.create_if_absent().run()) return 1;
  const job one{.id = "a", .status = "pending", .attempts = 0};
  if (!table.put(one).run()) return 1;

  auto updated = table
                     .update("a",
                             dynamo::raw_update("SET status = :s, attempts = attempts + :one", bind(":s", "running"),
                                                bind(":one", 1)),
                             only_if(raw("status IN (:p, :r) AND attempts < :n", bind(":p", "pending"),
                                         bind(":r", "retry"), bind(":n", 5))),
                             dynamo::return_new)
                     .run();
  if (!updated) return 1;
  std::cout << updated->status << " for the " << updated->attempts << ". time\n";

  // A mistake is found here, not by the service, and the message points at it.
  auto wrong = table.get("a").run() ? table.remove("a", only_if(raw("status = = :s", bind(":s", "x")))).run()
                                    : dynamo::result<void>();
  if (wrong) return 1;
  std::cout << wrong.error().message() << '\n';
  return 0;
}

// A struct, a table, an item: put it, get it, change it. Everything stays in the directory ./data.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct User {
  std::string user_id, email, name, status;
  std::int64_t created_at = 0;
  std::uint64_t logins = 0;
};

struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>> {};
inline constexpr auto name = dynamo::attr<&User::name>;
inline constexpr auto status = dynamo::attr<&User::status>;
inline constexpr auto logins = dynamo::attr<&User::logins>;

int report(const dynamo::error& why) {
  std::cerr << why.describe() << '\n';
  return 1;
}

int main() {
  auto db = dynamo::database::open("./data");
  if (!db) return report(db.error());
  dynamo::table<users_schema> users{*db};
  if (auto created = users.create_if_absent().run(); !created) return report(created.error());

  const User jane{.user_id = "user123", .email = "jane@example.com", .name = "Jane", .status = "pending"};
  if (auto put = users.put(jane).run(); !put) return report(put.error());

  auto moved = users.update("user123", set(status, "active"), add(logins, 1), only_if(status == "pending")).run();
  if (!moved) return report(moved.error());

  auto found = users.get("user123").run();
  if (!found) return report(found.error());
  if (!*found) return 1;  // a missing item is no error, but an empty optional
  std::cout << (*found)->name << " is " << (*found)->status << " and was here " << (*found)->logins << " time\n";
}

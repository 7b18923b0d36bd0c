// A user's file with one typed table and all of its operations: what it costs to compile is measured.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <cstdio>

struct User {
  std::string user_id, email, name, status;
  std::int64_t created_at = 0;
  std::uint64_t logins = 0;
};
struct Name {
  std::string user_id, name;
};
using by_email = dynamo::global_index<"by_email", dynamo::partition_key<&User::email>>;
struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>,
                                     dynamo::sort_key<&User::created_at>, by_email> {};
inline constexpr auto name = dynamo::attr<&User::name>;
inline constexpr auto status = dynamo::attr<&User::status>;
inline constexpr auto logins = dynamo::attr<&User::logins>;
inline constexpr auto created_at = dynamo::attr<&User::created_at>;

int use(const dynamo::database& db) {
  const dynamo::table<users_schema> users(db);
  if (!users.create_if_absent().run()) return 1;
  User user;
  user.user_id = "user123";
  if (!users.put(user).run()) return 2;
  if (!users.put(user, only_if(name.not_exists()), dynamo::on_failure_return_item).run()) return 3;
  const auto found = users.get({"user123", 0}).run();
  if (!found || !*found) return 4;
  const auto view = users.get<Name>({"user123", 0}, dynamo::consistent_read).run();
  const auto moved =
      users.update({"user123", 0}, set(name, "Jane"), add(logins, 1u), only_if(status == "pending"), dynamo::return_new)
          .run();
  for (auto page : users.query("user123", created_at > 0, filter(logins > 10u)).pages()) {
    if (page) std::printf("%zu\n", page->items.size());
  }
  for (auto one : users.scan(dynamo::segment(0, 2), dynamo::item_limit(5)).items()) {
    if (one) std::printf("%s\n", one->name.c_str());
  }
  const auto count = users.query("user123").count().run();
  const auto gone = users.remove({"user123", 0}, dynamo::return_old).run();
  return view && moved && count && gone ? 0 : 5;
}

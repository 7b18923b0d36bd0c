// expects: the partition key must be a member of the table's struct
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  struct bad : dynamo::schema<"bad", order, dynamo::partition_key<&user::email>> {};
#else
  struct good : dynamo::schema<"good", user, dynamo::partition_key<&user::email>> {};
#endif
}

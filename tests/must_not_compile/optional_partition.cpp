// expects: a key must be a string, an enum, a number, a time or binary, and not optional
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  struct bad : dynamo::schema<"bad", order, dynamo::partition_key<&order::note>> {};
#else
  struct good : dynamo::schema<"good", order, dynamo::partition_key<&order::customer_id>> {};
#endif
}

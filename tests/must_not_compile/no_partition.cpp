// expects: a table needs dynamo::partition_key
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  struct bad : dynamo::schema<"bad", order, dynamo::sort_key<&order::number>> {};
#else
  struct good : dynamo::schema<"good", order, dynamo::partition_key<&order::number>> {};
#endif
}

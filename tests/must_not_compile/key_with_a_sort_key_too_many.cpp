// expects: this table has no sort key: pass the partition key alone
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)users_table().get({"a", 1u});
#else
  (void)users_table().get("a");
#endif
}

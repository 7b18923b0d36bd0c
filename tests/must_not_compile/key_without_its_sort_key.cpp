// expects: this table has a sort key too: pass .partition key, sort key.
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().get("a");
#else
  (void)orders_table().get({"a", 1u});
#endif
}

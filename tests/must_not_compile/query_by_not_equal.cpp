// expects: only the sort key can be compared here
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().query("a", number != 3u);
#else
  (void)orders_table().query("a", number < 3u);
#endif
}

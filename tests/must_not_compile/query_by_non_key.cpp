// expects: only the sort key can be compared here.*wrap other conditions in filter
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().query("a", state == status::open);
#else
  (void)orders_table().query("a", filter(state == status::open));
#endif
}

// expects: this condition belongs to another table's items
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  const order o;
  (void)orders_table().put(o, only_if(age == 3));
#else
  const order o;
  (void)orders_table().put(o, only_if(attempts == 3u));
#endif
}

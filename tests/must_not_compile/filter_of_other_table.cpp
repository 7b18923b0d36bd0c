// expects: this condition belongs to another table's items
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().scan(filter(age == 3));
#else
  (void)orders_table().scan(filter(attempts == 3u));
#endif
}

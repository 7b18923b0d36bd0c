// expects: conditions on different tables' items cannot be combined
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)(state == status::open && age == 3);
#else
  (void)(state == status::open && attempts == 3u);
#endif
}

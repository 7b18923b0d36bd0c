// expects: key attributes cannot change; put a new item and remove the old one
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().update({"a", 1u}, set(number, 2u));
#else
  (void)orders_table().update({"a", 1u}, set(attempts, 2u));
#endif
}

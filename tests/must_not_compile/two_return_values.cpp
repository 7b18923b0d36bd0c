// expects: a call returns one thing
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().update({"a", 1u}, add(attempts, 1), dynamo::return_old, dynamo::return_new);
#else
  (void)orders_table().update({"a", 1u}, add(attempts, 1), dynamo::return_new);
#endif
}

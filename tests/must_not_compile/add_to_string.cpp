// expects: add applies to numbers and sets
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().update({"a", 1u}, add(note, "x"));
#else
  (void)orders_table().update({"a", 1u}, add(attempts, 1u));
#endif
}

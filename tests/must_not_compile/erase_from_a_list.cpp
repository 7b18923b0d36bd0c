// expects: erase takes members out of sets
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().update({"a", 1u}, erase(tags, "x"));
#else
  (void)orders_table().update({"a", 1u}, erase(labels, "x"));
#endif
}

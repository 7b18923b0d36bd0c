// expects: the first value is not of the partition key's type
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)orders_table().get({1, "a"});
#else
  (void)orders_table().get({"a", 1});
#endif
}

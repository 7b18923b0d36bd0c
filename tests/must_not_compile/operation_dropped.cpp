// expects: an operation does nothing until it is run or awaited
// expects: orders_table\(\).put\(o\)
// expects: orders_table\(\).create_if_absent\(\)
// expects: orders_table\(\).put\(o\).with_details\(\)
// expects: a query or scan does nothing until it is read
#include "../table/shop.hpp"

#pragma GCC diagnostic error "-Wunused-result"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();

void application(const order& o) {
#ifdef BREAK
  orders_table().put(o);
  orders_table().create_if_absent();
  orders_table().put(o).with_details();
  orders_table().scan();
#else
  (void)orders_table().put(o);
#endif
}

// expects: name the item first and put the variable
#include "../table/shop.hpp"

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name the item first and put the variable"
#endif

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();

void application() {
#ifdef BREAK
  (void)orders_table().put(order{.customer_id = "a"});
#else
  const order o{.customer_id = "a"};
  (void)orders_table().put(o);
#endif
}

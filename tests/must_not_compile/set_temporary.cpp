// expects: name this value first and pass the variable
#include "../table/shop.hpp"

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name this value first and pass the variable"
#endif

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();

void application() {
  constexpr auto deliver_to = dynamo::attr<&order::deliver_to>;
#ifdef BREAK
  (void)orders_table().update({"a", 1u}, set(deliver_to, address{"High Street", 1}));
#else
  const address a{"High Street", 1};
  (void)orders_table().update({"a", 1u}, set(deliver_to, a));
#endif
}

// expects: this member is not optional: an item without it cannot be read, so nothing may remove it
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();

void application() {
#ifdef BREAK
  (void)orders_table().update({"a", 1u}, set(attempts, std::nullopt));
#else
  (void)orders_table().update({"a", 1u}, set(note, std::nullopt));
#endif
}

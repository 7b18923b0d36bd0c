// expects: a value of this type cannot be stored
#include "../table/shop.hpp"

void application() {
  dynamo::update_list changes;
#ifdef BREAK
  const auto never = [] {};
  changes.set("note", never);
#else
  changes.set("note", "x");
#endif
}

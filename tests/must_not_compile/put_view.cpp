// expects: a view, which lacks attributes, cannot be put back
#include "../table/shop.hpp"

using namespace shop;

struct age_only {
  int age = 0;
};
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  const age_only projected;
#else
  const user projected;
#endif
  (void)users_table().put(projected);
}

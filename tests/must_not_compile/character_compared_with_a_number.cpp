// expects: this value does not fit the attribute's type
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)(attempts == '1');
#else
  (void)(attempts == 1);
#endif
}

// expects: attributes of different types are never equal
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)(attempts == note);
#else
  (void)(attempts == number);
#endif
}

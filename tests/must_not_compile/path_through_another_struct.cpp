// expects: each member must belong to the struct that the one before it is
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)dynamo::attr<&order::deliver_to, &user::age>.exists();
#else
  (void)dynamo::attr<&order::deliver_to, &address::street>.exists();
#endif
}

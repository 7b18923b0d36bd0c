// expects: this table's schema does not have that index
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  using other = dynamo::global_index<"other", dynamo::partition_key<&order::note>>;
  (void)orders_table().query(other{}, "x");
#else
  (void)orders_table().query(by_state{}, status::open);
#endif
}

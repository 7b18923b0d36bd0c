// expects: a view may have only members that the table's items have too
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  struct view {
    int height = 0;
  };
  (void)users_table().scan().as<view>();
#else
  struct view {
    int age = 0;
  };
  (void)users_table().scan().as<view>();
#endif
}

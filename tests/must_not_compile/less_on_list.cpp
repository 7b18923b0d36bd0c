// expects: only strings, numbers, times, enums and binaries have an order
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<orders>& orders_table();
[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)(tags < std::vector<std::string>());
#else
  (void)(tags == std::vector<std::string>());
#endif
}

// expects: set_from takes a struct; for JSON see set_from_json()
#include "../table/shop.hpp"

using namespace shop;

[[maybe_unused]] static dynamo::table<users>& users_table();

void application() {
#ifdef BREAK
  (void)users_table().update("a", dynamo::set_from(R"({"age": 3})"));
#else
  (void)users_table().update("a", dynamo::set_from_json(R"({"age": 3})"));
#endif
}

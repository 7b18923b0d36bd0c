// expects: this index does not project whole items: read it into a view
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().scan(by_city{}).first();
#else
  (void)table().scan(by_city{}).as<card>().first();
#endif
}

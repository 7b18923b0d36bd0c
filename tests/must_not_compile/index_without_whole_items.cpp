// expects: this index does not project whole items: read it into a view
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().query(by_street{}, "Storgatan").items();
#else
  (void)table().query(by_street{}, "Storgatan").as<street_and_id>().items();
#endif
}

// expects: a query compares an attribute of its sort key once; use between
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().query(by_city{}, "Lund", rating > 1.0, rating < 5.0);
#else
  (void)table().query(by_city{}, "Lund", rating.between(1.0, 5.0));
#endif
}

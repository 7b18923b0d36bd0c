// expects: this is not of the partition key.s type
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().query(by_city{}, 7);
#else
  (void)table().query(by_city{}, "Lund");
#endif
}

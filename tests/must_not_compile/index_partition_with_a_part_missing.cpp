// expects: a partition needs a value for each attribute of the partition key
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().query(by_address{}, "SE");
#else
  (void)table().query(by_address{}, dynamo::partition("SE", "Lund"));
#endif
}

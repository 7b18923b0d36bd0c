// expects: the attributes of an index's sort key are compared in their order, all but the last one by ==
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().query(by_address{}, dynamo::partition("SE", "Lund"), street > "A", house == 7u);
#else
  (void)table().query(by_address{}, dynamo::partition("SE", "Lund"), street == "A", house > 7u);
#endif
}

// expects: a global index cannot be read consistently
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  (void)table().query(by_address{}, dynamo::partition("SE", "Lund"), dynamo::consistent_read);
#else
  (void)table().query(by_rating{}, "SE", dynamo::consistent_read);
#endif
}

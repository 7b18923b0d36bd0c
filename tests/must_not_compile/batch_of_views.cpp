// expects: a batch puts items of the table's struct; a view, which lacks attributes, cannot be put back
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  const std::vector<card> all;
#else
  const std::vector<place> all;
#endif
  (void)table().batch_put(all);
}

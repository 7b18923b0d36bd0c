// expects: a batch takes the option batch_policy, batch_get consistent_read, and the others item_collection_metrics
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
  const std::vector<place> all;
#ifdef BREAK
  (void)table().batch_put(all, only_if(id.not_exists()));
#else
  (void)table().batch_put(all, dynamo::batch_policy().parallel(8));
#endif
}

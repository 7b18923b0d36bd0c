// expects: this table has a sort key too: pass .partition key, sort key.
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  const std::vector<std::string> keys;
#else
  const std::vector<std::pair<std::string, std::string>> keys;
#endif
  (void)table().batch_get(keys);
}

// expects: a search compares the partition key and the filters of its vector index, each by ==
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().search<card>(by_genre{}, vector(), dynamo::top_k(1), genre == "drama", year < 1999);
#else
  (void)table().search<card>(by_genre{}, vector(), dynamo::top_k(1), genre == "drama", year == 1999);
#endif
}

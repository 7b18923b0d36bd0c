// expects: this vector index has a partition key, and each search says which partition
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().search<card>(by_genre{}, vector(), dynamo::top_k(1), year == 1999);
#else
  (void)table().search<card>(by_genre{}, vector(), dynamo::top_k(1), genre == "drama", year == 1999);
#endif
}

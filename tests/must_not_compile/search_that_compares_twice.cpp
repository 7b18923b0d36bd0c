// expects: a search compares an attribute once
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().search<card>(by_genre{}, vector(), dynamo::top_k(1), genre == "drama", genre == "comedy");
#else
  (void)table().search<card>(by_genre{}, vector(), dynamo::top_k(1), genre == "drama", title == "comedy");
#endif
}

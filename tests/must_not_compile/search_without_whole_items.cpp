// expects: this vector index does not project whole items: search into a view
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().search(by_colour{}, std::array<float, 2>{1, 2}, dynamo::top_k(1));
#else
  (void)table().search<coloured>(by_colour{}, std::array<float, 2>{1, 2}, dynamo::top_k(1));
#endif
}

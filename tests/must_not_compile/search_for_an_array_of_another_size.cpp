// expects: this search vector has another number of elements than the index has dimensions
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().search(by_meaning{}, std::array<float, 2>{1, 2}, dynamo::top_k(1));
#else
  (void)table().search(by_meaning{}, std::array<float, 3>{1, 2, 3}, dynamo::top_k(1));
#endif
}

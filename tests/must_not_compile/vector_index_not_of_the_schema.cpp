// expects: this table's schema does not have that index
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  using other = dynamo::vector_index<"other", &film::meaning, dynamo::vector_distance::cosine, dynamo::dimensions<3>>;
  (void)table().search(other{}, vector(), dynamo::top_k(1));
#else
  (void)table().search(by_meaning{}, vector(), dynamo::top_k(1));
#endif
}

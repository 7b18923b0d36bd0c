// expects: this vector index has other dimensions than its member's std::array
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  using index = dynamo::vector_index<"index", &film::colour, dynamo::vector_distance::cosine, dynamo::dimensions<3>>;
  (void)index::vectors;
#else
  using index = dynamo::vector_index<"index", &film::colour, dynamo::vector_distance::cosine, dynamo::dimensions<2>>;
  (void)index::vectors;
#endif
}

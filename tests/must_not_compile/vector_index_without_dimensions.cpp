// expects: a vector index says how many elements its vectors have
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  using index = dynamo::vector_index<"index", &film::meaning, dynamo::vector_distance::cosine>;
  (void)index::vectors;
#else
  using index = dynamo::vector_index<"index", &film::colour, dynamo::vector_distance::cosine>;
  (void)index::vectors;
#endif
}

// expects: after its distance a vector index has dimensions
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  using index = dynamo::vector_index<"index", &film::meaning, dynamo::vector_distance::cosine, dynamo::dimensions<3>,
                                     dynamo::sort_key<&film::year>>;
  (void)index::vectors;
#else
  using index = dynamo::vector_index<"index", &film::meaning, dynamo::vector_distance::cosine, dynamo::dimensions<3>,
                                     dynamo::inline_filter<&film::year>>;
  (void)index::vectors;
#endif
}

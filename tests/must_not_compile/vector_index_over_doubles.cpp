// expects: a vector index is over a member of type std::vector<float>
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  struct item {
    std::string id;
    std::vector<double> v;
  };
  using index = dynamo::vector_index<"index", &item::v, dynamo::vector_distance::cosine, dynamo::dimensions<3>>;
  (void)index::vectors;
#else
  struct item {
    std::string id;
    std::vector<float> v;
  };
  using index = dynamo::vector_index<"index", &item::v, dynamo::vector_distance::cosine, dynamo::dimensions<3>>;
  (void)index::vectors;
#endif
}

// expects: the vector, the partition key and the filters of a vector index must be members of the
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  struct other {
    std::string id;
  };
  struct others : dynamo::schema<"others", other, dynamo::partition_key<&other::id>, by_meaning> {};
  (void)others::name;
#else
  struct others : dynamo::schema<"others", film, dynamo::partition_key<&film::id>, by_meaning> {};
  (void)others::name;
#endif
}

// expects: a vector index is neither queried nor scanned; call search
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().query(by_meaning{}, "x");
#else
  (void)table().query("x");
#endif
}

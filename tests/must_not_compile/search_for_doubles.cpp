// expects: a search vector is a std::vector<float>
#include "../table/films.hpp"

using namespace films;

[[maybe_unused]] static dynamo::table<schema>& table();
[[maybe_unused]] static const std::vector<float>& vector();

void application() {
#ifdef BREAK
  (void)table().search(by_meaning{}, std::vector<double>{1, 2, 3}, dynamo::top_k(1));
#else
  (void)table().search(by_meaning{}, std::vector<float>{1, 2, 3}, dynamo::top_k(1));
#endif
}

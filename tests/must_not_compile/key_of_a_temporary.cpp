// expects: named_first_since_gxx_12_destroys_aggregate_temporaries_twice
#include "../table/shop.hpp"

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) named_first_since_gxx_12_destroys_aggregate_temporaries_twice"
#endif

using namespace shop;

void application() {
  const user a{.email = "a"};
#ifdef BREAK
  const dynamo::table<users>::key key(user{.email = "a"});
#else
  const dynamo::table<users>::key key(a);
#endif
  (void)key.json();
}

// expects: name this value first and pass the variable
#include "../table/shop.hpp"

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name this value first and pass the variable"
#endif

using shop::address;

struct tour {
  std::string id;
  std::vector<address> stops;
};

void application() {
  [[maybe_unused]] constexpr auto stops = dynamo::attr<&tour::stops>;
  const address a{"High Street", 1};
#ifdef BREAK
  (void)dynamo::list_append(stops, address{"High Street", 1});
#else
  (void)dynamo::list_append(stops, a);
#endif
  (void)a;
}

// expects: name the item, key or value first and pass the variable
#include "../table/shop.hpp"

#include <dynamo/asio.hpp>

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name the item, key or value first and pass the variable"
#endif

using shop::address;

struct tour {
  std::string id;
  std::vector<address> stops;
};
struct tours : dynamo::schema<"tours", tour, dynamo::partition_key<&tour::id>> {};

boost::asio::awaitable<void> application(const dynamo::table<tours>& table) {
  constexpr auto stops = dynamo::attr<&tour::stops>;
#ifdef BREAK
  (void)co_await table.update("a", set(stops, list_append(stops, address{"High Street", 1})));
#else
  (void)table.update("a", set(stops, list_append(stops, address{"High Street", 1}))).run();
  const address a{"High Street", 1};
  (void)co_await table.update("a", set(stops, list_append(stops, a)));
#endif
}

// expects: name the item, key or value first and pass the variable
#include "../table/shop.hpp"

#include <dynamo/asio.hpp>

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name the item, key or value first and pass the variable"
#endif

using namespace shop;

boost::asio::awaitable<void> application(const dynamo::table<orders>& table) {
  constexpr auto deliver_to = dynamo::attr<&order::deliver_to>;
#ifdef BREAK
  (void)co_await table.remove({"a", 1u}, only_if(note.exists() && deliver_to == address{"High Street", 1}));
#else
  (void)table.remove({"a", 1u}, only_if(note.exists() && deliver_to == address{"High Street", 1})).run();
  const address a{"High Street", 1};
  (void)co_await table.remove({"a", 1u}, only_if(note.exists() && deliver_to == a));
#endif
}

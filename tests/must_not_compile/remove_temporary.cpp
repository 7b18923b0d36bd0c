// expects: name the item, key or value first and pass the variable
#include "../table/shop.hpp"

#include <dynamo/asio.hpp>

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name the item, key or value first and pass the variable"
#endif

using namespace shop;

boost::asio::awaitable<void> application(const dynamo::table<users>& table) {
  const user gone{.email = "a"};
#ifdef BREAK
  (void)co_await table.remove(user{.email = "a"})(boost::asio::use_awaitable_t<>());
#else
  (void)co_await table.remove(gone)(boost::asio::use_awaitable_t<>());
#endif
}

// expects: name the item, key or value first and pass the variable
#include "../table/shop.hpp"

#include <dynamo/asio.hpp>

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name the item, key or value first and pass the variable"
#endif

using namespace shop;

boost::asio::awaitable<void> application(const dynamo::table<users>& table) {
#ifdef BREAK
  (void)co_await table.put({.email = "a"});
#else
  dynamo::operation<void> put = table.put({.email = "a"});
  (void)co_await std::move(put);
#endif
}

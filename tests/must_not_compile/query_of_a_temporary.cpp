// expects: name the item, key or value first and pass the variable
#include "../table/shop.hpp"

#include <dynamo/asio.hpp>

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ 12 only) name the item, key or value first and pass the variable"
#endif

struct code {
  std::string text;
};
template <>
struct dynamo::codec<code> : dynamo::codec_via<code, std::string> {
  static std::string to_stored(const code& c) { return c.text; }
  static code from_stored(std::string text) { return {std::move(text)}; }
};
struct parcel {
  code id;
  std::string city, street;
};
struct by_place : dynamo::global_index<"by_place", dynamo::partition_key<&parcel::city, &parcel::id>> {};
struct parcels : dynamo::schema<"parcels", parcel, dynamo::partition_key<&parcel::id>, by_place> {};

boost::asio::awaitable<void> application(const dynamo::table<parcels>& table) {
#ifdef BREAK
  (void)co_await table.query(code{"a"}).first();
#else
  (void)table.query(code{"a"}).first().run();
  const code a{"a"};
  (void)co_await table.query(a).first();
#endif
}

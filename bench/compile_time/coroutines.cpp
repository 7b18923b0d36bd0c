// The same calls, awaited. With Boost.Asio's headers.
#include "typed_table.cpp"

#include <dynamo/asio.hpp>

#include <boost/asio/awaitable.hpp>

boost::asio::awaitable<int> await(dynamo::database db) {
  const dynamo::table<users_schema> users(db);
  User user;
  user.user_id = "user123";
  const auto put = co_await users.put(user);
  if (!put) co_return 1;
  const auto found = co_await users.get({"user123", 0});
  if (!found) co_return 2;
  const auto moved = co_await users.update({"user123", 0}, set(name, "Jane"), add(logins, 1u));
  if (!moved) co_return 3;
  auto pages = users.query("user123", created_at > 0).page_stream();
  while (true) {
    const auto page = co_await pages.next();
    if (!page || !*page) break;
  }
  const auto gone = co_await users.remove({"user123", 0});
  co_return gone ? 0 : 4;
}

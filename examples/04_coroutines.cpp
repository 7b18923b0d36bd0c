// The same calls with co_await, inside boost::asio. Name what you put: g++ 12 frees aggregate temporaries twice beside co_await.
#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <iostream>

struct visit {
  std::string page;
  std::uint64_t count = 0;
};
struct visits : dynamo::schema<"visits", visit, dynamo::partition_key<&visit::page>> {};
inline constexpr auto count = dynamo::attr<&visit::count>;

boost::asio::awaitable<dynamo::result<std::uint64_t>> count_visits(dynamo::table<visits> table) {
  auto created = co_await table.create_if_absent();
  if (!created) co_return std::unexpected(created.error());
  for (const char* page : {"/", "/about", "/", "/"}) {
    auto counted = co_await table.update(page, add(count, 1));
    if (!counted) co_return std::unexpected(counted.error());
  }
  std::uint64_t sum = 0;
  auto stream = table.scan().item_stream();
  for (;;) {
    auto one = co_await stream.next();
    if (!one) co_return std::unexpected(one.error());
    if (!*one) break;
    std::cout << (*one)->page << ": " << (*one)->count << '\n';
    sum += (*one)->count;
  }
  co_return sum;
}

int main() {
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  boost::asio::io_context loop(1);
  std::uint64_t sum = 0;
  boost::asio::co_spawn(loop, count_visits(dynamo::table<visits>{*db}),
                        [&](const std::exception_ptr&, dynamo::result<std::uint64_t> total) {
                          if (total) sum = *total;
                        });
  loop.run();
  return sum == 4 ? 0 : 1;
}

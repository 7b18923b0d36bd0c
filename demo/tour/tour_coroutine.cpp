#include "tour.hpp"

#include <dynamo/asio.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#include <exception>

namespace demo {
namespace {

boost::asio::awaitable<void> await_calls(tour& t, movies_table movies) {
  const movie first = t.subject.first;
  const std::int32_t year = t.subject.year;
  DEMO_RUN(t.out, const auto found = co_await movies.get({first.year, first.title}));
  if (!found) co_return void(t.failed(found.error()));
  t.expect(*found == first, fmt::format("get: {}", *found ? describe(**found) : "nothing"));

  DEMO_RUN(t.out,
           const auto counted = co_await movies.update({first.year, first.title}, add(views, 1u), dynamo::return_new));
  if (!counted) co_return void(t.failed(counted.error()));
  movie expected = first;
  expected.views = first.views.value_or(0) + 1;
  t.expect(*counted == expected, fmt::format("update: views {}", counted->views.value_or(0)));
  t.subject.remember(expected);

  std::vector<movie> all;
  int count = 0;
  // clang-format off
  DEMO_RUN_BLOCK(t.out, auto pages = movies.query(year, dynamo::page_size(50)).page_stream();
  while (true) {
    const auto page = co_await pages.next();
    if (!page) co_return void(t.failed(page.error()));
    if (!*page) break;
    all.insert(all.end(), (*page)->begin(), (*page)->end());
    ++count;
  })
  // clang-format on
  t.expect(all == t.subject.of_year,
           fmt::format("query: {} movies in {} pages: the input says the same", all.size(), count));
}

}  // namespace

void tour_coroutine(tour& t, const dynamo::database& db) {
  t.call("the same calls in a coroutine: co_await instead of .run()");
  boost::asio::io_context context;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, await_calls(t, movies_table(db)), [&](std::exception_ptr e) { thrown = e; });
  context.run();
  if (thrown) t.expect(false, "the coroutine threw");
}

}  // namespace demo

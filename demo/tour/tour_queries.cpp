#include "tour.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <ranges>

namespace demo {
namespace {

/// The movies of the subject's year that fit, in the order of the table.
template <class Fits>
std::vector<movie> expected(const tour& t, Fits fits) {
  std::vector<movie> some;
  std::ranges::copy_if(t.subject.of_year, std::back_inserter(some), fits);
  return some;
}

/// All items of a query; an error counts against the call.
bool collect(tour& t, auto items, std::vector<movie>& into) {
  for (auto item : items) {
    if (!item) return !t.failed(item.error());
    into.push_back(std::move(*item));
  }
  return true;
}

void show_begins_with(tour& t, const movies_table& movies) {
  const std::int32_t year = t.subject.year;
  t.call("query: the titles of a year that begin with ...");
  const auto& of_year = t.subject.of_year;
  const auto is_the = [](const movie& m) { return m.title.starts_with("The "); };
  const std::string prefix = std::ranges::any_of(of_year, is_the) ? "The " : of_year.front().title.substr(0, 1);
  t.out.say(fmt::format("  with `prefix` = \"{}\"", prefix));
  std::vector<movie> found;
  DEMO_RUN(t.out, auto items = movies.query(year, title.begins_with(prefix)).items());
  if (collect(t, std::move(items), found)) {
    t.expect_equal(found, expected(t, [&](const movie& m) { return m.title.starts_with(prefix); }), "movies");
  }
}

void show_between(tour& t, const movies_table& movies) {
  const std::int32_t year = t.subject.year;
  const auto& of_year = t.subject.of_year;
  t.call("query: ... and that lie between two titles");
  const std::string low = of_year[of_year.size() / 4].title, high = of_year[of_year.size() / 2].title;
  t.out.say(fmt::format("  with `low` = \"{}\", `high` = \"{}\"", low, high));
  std::vector<movie> found;
  DEMO_RUN(t.out, auto items = movies.query(year, title.between(low, high)).items());
  if (collect(t, std::move(items), found)) {
    t.expect_equal(found, expected(t, [&](const movie& m) { return m.title >= low && m.title <= high; }),
                   "movies, in order");
  }
}

void show_descending(tour& t, const movies_table& movies) {
  const std::int32_t year = t.subject.year;
  t.call("query: descending, with a filter and a limit");
  std::vector<movie> found;
  DEMO_RUN(t.out, auto items = movies
                                   .query(year, dynamo::order_by::descending,
                                          filter(info_rating >= 7 && genres.contains("Drama")), dynamo::item_limit(5))
                                   .items());
  if (!collect(t, std::move(items), found)) return;
  auto all = expected(t, [](const movie& m) {
    return m.info.rating && *m.info.rating >= dynamo::number(7) && m.info.genres.contains("Drama");
  });
  std::ranges::reverse(all);
  if (all.size() > 5) all.resize(5);
  t.expect_equal(found, all, "movies, the last titles first");
}

void show_raw(tour& t, const movies_table& movies) {
  const std::int32_t year = t.subject.year;
  t.call("a raw expression, for what is decided at run time; `rank` and `views` are reserved words");
  std::vector<movie> found;
  DEMO_RUN(t.out, const std::string text = "info.rank <= :rank AND attribute_not_exists(views)";
           auto items = movies.query(year, filter(dynamo::raw(text, dynamo::bind(":rank", 1000)))).items());
  if (collect(t, std::move(items), found)) {
    t.expect_equal(found, expected(t, [](const movie& m) { return m.info.rank && *m.info.rank <= 1000 && !m.views; }),
                   "movies");
  }
}

void show_count(tour& t, const movies_table& movies) {
  t.call("count: over all pages, without transferring an item");
  DEMO_RUN(t.out, const auto count = movies.scan().count().run());
  if (!count) return void(t.failed(count.error()));
  t.expect(*count == t.subject.all.count(),
           fmt::format("{} items; the input has {}", grouped(*count), grouped(t.subject.all.count())));
}

}  // namespace

void tour_queries(tour& t, const dynamo::database& db) {
  const movies_table movies{db};
  show_begins_with(t, movies);
  show_between(t, movies);
  show_descending(t, movies);
  show_raw(t, movies);
  show_count(t, movies);
}

}  // namespace demo

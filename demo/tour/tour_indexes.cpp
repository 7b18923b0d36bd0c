#include "tour.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <ranges>

namespace demo {
namespace {

// clang-format off
DEMO_DECLARE(card_text,
struct director_card {
  std::string director;
  dynamo::number rating;
  std::int32_t year = 0;
  std::string title;
  std::uint32_t edition = 0;
  bool operator==(const director_card&) const = default;
};
)
// clang-format on

director_card card_of(const movie& m) { return {*m.director, *m.rating, m.year, m.title, m.edition}; }

/// A director's rows, by rating: what is equal comes in an order that is the database's own.
bool same_rows(std::vector<director_card> found, std::vector<director_card> expected, bool descending) {
  const auto by_rating_of = [](const director_card& card) -> const dynamo::number& { return card.rating; };
  const bool in_order = descending ? std::ranges::is_sorted(found, std::ranges::greater(), by_rating_of)
                                   : std::ranges::is_sorted(found, std::ranges::less(), by_rating_of);
  const auto whole = [](const director_card& card) { return std::tie(card.year, card.title); };
  std::ranges::sort(found, {}, whole);
  std::ranges::sort(expected, {}, whole);
  return in_order && found == expected;
}

void expect_rows(tour& t, const std::vector<director_card>& found, const std::vector<director_card>& expected,
                 bool descending) {
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < found.size() && i < shown; ++i) {
    t.out.answer(fmt::format("{} {} \"{}\"", found[i].rating.to_string(), found[i].year, found[i].title));
  }
  if (found.size() > shown) t.out.answer(fmt::format("... and {} more", found.size() - shown));
  t.expect(
      same_rows(found, expected, descending),
      fmt::format("{} movies in the order of their ratings; by the input there are {}", found.size(), expected.size()));
}

std::vector<director_card> cards(const tour& t) {
  std::vector<director_card> all;
  for (const movie& m : t.subject.of_director) {
    if (m.rating) all.push_back(card_of(m));
  }
  return all;
}

void show_ascending(tour& t, const movies_table& movies) {
  const std::string& director = t.subject.director;
  t.call("query over a global index, into what it projects: a director's movies by rating");
  t.out.code(card_text);
  t.out.say(fmt::format("  with `director` = \"{}\"; movies without a rating are not in the index", director));
  std::vector<director_card> found;
  DEMO_RUN(t.out, auto rows = movies.query(by_director{}, director).as<director_card>().items());
  for (auto row : rows) {
    if (!row) return void(t.failed(row.error()));
    found.push_back(*std::move(row));
  }
  expect_rows(t, found, cards(t), false);
}

void show_best_first(tour& t, const movies_table& movies) {
  const std::string& director = t.subject.director;
  t.call("the best ones first, with a filter, page by page: each page goes on from the cursor of the one before");
  std::vector<director_card> found, expected = cards(t);
  std::erase_if(expected,
                [](const director_card& card) { return card.year < 1950 || card.rating < dynamo::number(3); });
  std::optional<dynamo::cursor> at;
  std::uint64_t pages = 0;
  do {
    const auto from = [&](auto... more) {
      return movies
          .query(by_director{}, director, rating >= 3, dynamo::order_by::descending, filter(year_of >= 1950),
                 dynamo::page_size(2), more...)
          .template as<director_card>()
          .page()
          .run();
    };
    const auto page = at ? from(dynamo::resume_from(*at)) : from();
    if (!page) return void(t.failed(page.error()));
    found.insert(found.end(), page->begin(), page->end());
    at = page->next;
    ++pages;
  } while (at);
  t.out.code(
      "movies.query(by_director{}, director, rating >= 3, dynamo::order_by::descending, filter(year_of >= 1950), "
      "dynamo::page_size(2), dynamo::resume_from(*at)).as<director_card>().page().run();");
  t.out.answer(fmt::format("{} pages", pages));
  expect_rows(t, found, expected, true);
}

void show_local(tour& t, const movies_table& movies) {
  const std::int32_t year = t.subject.year;
  t.call("query over a local index: whole items, which the engine fetches from the table");
  std::vector<movie> found;
  DEMO_RUN(t.out, auto items = movies.query(by_rating{}, year, rating >= 8, dynamo::consistent_read).items());
  for (auto item : items) {
    if (!item) return void(t.failed(item.error()));
    found.push_back(*std::move(item));
  }
  const bool in_order = std::ranges::is_sorted(found, {}, [](const movie& m) { return *m.rating; });
  std::ranges::sort(found, {}, &movie::title);
  std::vector<movie> expected;
  std::ranges::copy_if(t.subject.of_year, std::back_inserter(expected),
                       [](const movie& m) { return m.rating && *m.rating >= dynamo::number(8); });
  t.expect(in_order, "in the order of their ratings");
  t.expect_equal(found, expected, "movies of the year with a rating of 8 and more");
}

void show_count_of_index(tour& t, const movies_table& movies) {
  t.call("count over an index without a sort key");
  std::uint64_t sum = 0;
  for (const audience suits : {audience::everyone, audience::teenagers, audience::adults}) {
    DEMO_RUN(t.out, const auto count = movies.query(by_audience{}, suits).count().run());
    if (!count) return void(t.failed(count.error()));
    t.out.answer(grouped(*count));
    sum += *count;
  }
  t.expect(sum == t.subject.all.count(), fmt::format("together {}: every movie suits somebody", grouped(sum)));
}

}  // namespace

void tour_indexes(tour& t, const dynamo::database& db) {
  const movies_table movies{db};
  show_ascending(t, movies);
  show_best_first(t, movies);
  show_local(t, movies);
  show_count_of_index(t, movies);
}

}  // namespace demo

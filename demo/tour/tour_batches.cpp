#include "tour.hpp"

#include <dynamo/decorators/faulty.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace demo {
namespace {

using keys_of_movies = std::vector<std::pair<std::int32_t, std::string>>;

void show_batch_get(tour& t, const movies_table& movies) {
  t.call(
      "batch get: more keys than a request may have, some missing, some twice; the result is indexed like the input");
  keys_of_movies keys;
  for (const movie& m : t.subject.of_year) keys.emplace_back(m.year, m.title);
  const std::size_t there = keys.size();
  keys.emplace_back(t.subject.year, "No such movie");
  keys.push_back(keys.front());
  DEMO_RUN(t.out, const auto found = movies.batch_get(keys).run());
  if (!found) return void(t.failed(found.error()));
  bool all = found->items.size() == keys.size();
  for (std::size_t i = 0; all && i < there; ++i) {
    all = found->items[i] && *found->items[i] && **found->items[i] == t.subject.of_year[i];
  }
  t.out.answer(fmt::format("{} keys in {} requests", keys.size(), found->effort.requests));
  t.expect(all, fmt::format("{} movies, each at its key's place", there));
  t.expect(all && found->items[there] && !*found->items[there], "nothing at the place of the one that is missing");
  t.expect(all && found->items.back() && *found->items.back() == *found->items.front(), "and the repeated one again");
}

/// Titles that no input has, so that the table is afterwards what it was before.
std::vector<movie> extras(const tour& t) {
  std::vector<movie> made;
  for (int i = 0; i < 120; ++i) {
    movie extra;
    extra.year = t.subject.year;
    extra.title = fmt::format("~ an extra, number {}", i);
    made.push_back(extra);
  }
  return made;
}

void show_batch_write(tour& t, const dynamo::database& db) {
  t.call("batch write and remove, through an endpoint that throttles, and leaves parts of batches undone");
  const std::vector<movie> extra = extras(t);
  // clang-format off
  DEMO_RUN(t.out, auto plan = std::make_shared<dynamo::fault_plan>(7u);
           plan->add(dynamo::fault_rule(dynamo::fault::throttle).with_probability(0.2));
           plan->add(dynamo::fault_rule(dynamo::fault::partial_batch).with_probability(0.5));
           const movies_table unsteady(dynamo::faulty(db.endpoint(), plan));
           const auto policy = dynamo::batch_policy().retries(20).waits(std::chrono::milliseconds(1), std::chrono::milliseconds(20));
           const auto written = unsteady.batch_put(extra, policy).run());
  // clang-format on
  if (!written) return void(t.failed(written.error()));
  t.out.answer(fmt::format("{} requests, {} of them repetitions", written->effort.requests, written->effort.retries));
  const movies_table movies{db};
  const auto count = [&] { return movies.query(t.subject.year, title.begins_with("~ an extra")).count().run(); };
  const auto stored = count();
  t.expect(written->complete() && stored && *stored == extra.size() && written->effort.retries > 0,
           fmt::format("all {} are there, although much went wrong", extra.size()));

  keys_of_movies keys;
  for (const movie& m : extra) keys.emplace_back(m.year, m.title);
  DEMO_RUN(t.out, const auto removed = unsteady.batch_remove(keys, policy).run());
  if (!removed) return void(t.failed(removed.error()));
  const auto left = count();
  t.expect(removed->complete() && left && *left == 0, "and all are gone again");
}

}  // namespace

void tour_batches(tour& t, const dynamo::database& db) {
  show_batch_get(t, movies_table(db));
  show_batch_write(t, db);
}

}  // namespace demo

#include "tour.hpp"

#include <fmt/core.h>

namespace demo {
namespace {

void show_get(tour& t, const movies_table& movies) {
  const movie& first = t.subject.first;
  t.call("get: eventually consistent, half the price on AWS");
  DEMO_RUN(t.out, const auto found = movies.get({first.year, first.title}).with_details().run());
  if (!found) return void(t.failed(found.error()));
  t.out.answer(found->value ? describe(*found->value) : "nothing");
  t.expect(found->value == first && found->details.capacity_units.has_value(),
           fmt::format("equals the input; {} capacity units", found->details.capacity_units.value_or(0)));

  t.call("consistent get");
  DEMO_RUN(t.out, const auto now = movies.get({first.year, first.title}, dynamo::consistent_read).with_details().run());
  if (!now) return void(t.failed(now.error()));
  t.expect(now->value == first && now->details.capacity_units.value_or(0) > found->details.capacity_units.value_or(0),
           fmt::format("the same; {} capacity units", now->details.capacity_units.value_or(0)));
}

void show_conditional_put(tour& t, const movies_table& movies) {
  const movie& first = t.subject.first;
  t.call("a conditional put that fails hands over the current item");
  movie other;
  other.year = first.year;
  other.title = first.title;
  DEMO_RUN(t.out,
           const auto put = movies.put(other, only_if(title.not_exists()), dynamo::on_failure_return_item).run());
  if (put) return void(t.expect(false, "the put succeeded, although the item is there"));
  t.out.answer(put.error().describe());
  if (!put.error().conditional_check_failed()) return void(t.failed(put.error()));
  DEMO_RUN(t.out, const auto current = dynamo::current_item<movie>(put.error()));
  if (!current) return void(t.failed(current.error()));
  t.out.answer(*current ? describe(**current) : "nothing");
  t.expect(*current == first, "the item that was in the way, without another read");
}

void show_update(tour& t, const movies_table& movies) {
  const movie first = t.subject.first;
  t.call("typed update: a nested path, and a counter on an attribute that is not there yet");
  DEMO_RUN(t.out, const auto changed = movies
                                           .update({first.year, first.title}, set(info_rating, 9), set(rating, 9),
                                                   add(views, 1u), dynamo::return_new)
                                           .run());
  if (!changed) return void(t.failed(changed.error()));
  t.out.answer(describe(*changed));
  movie expected = first;
  expected.info.rating = expected.rating = dynamo::number(9);
  expected.views = first.views.value_or(0) + 1;
  t.expect(*changed == expected, "rating 9 and views 1, and nothing else has changed");
  t.subject.remember(expected);
}

void show_delete(tour& t, const movies_table& movies) {
  const movie first = t.subject.first, last = t.subject.last;
  t.call("delete with a condition: only what nobody has viewed");
  DEMO_RUN(t.out, const auto kept = movies.remove({first.year, first.title}, only_if(views.not_exists())).run());
  if (kept) {
    t.expect(false, "it was deleted, although it has views");
  } else {
    t.expect(kept.error().conditional_check_failed(), kept.error().describe());
  }
  t.out.say(fmt::format("  and with `last`, which is {}:", describe(last)));
  DEMO_RUN(t.out, const auto gone =
                      movies.remove({last.year, last.title}, only_if(views.not_exists()), dynamo::return_old).run();
           const auto found = movies.get({last.year, last.title}).run());
  if (!gone || !found) return void(t.failed(gone ? found.error() : gone.error()));
  t.expect(*gone == last && !*found, "deleted; the old item came back whole, and a get finds nothing");
  DEMO_RUN(t.out, const auto back = movies.put(**gone).run());
  if (!back) t.failed(back.error());
}

}  // namespace

void tour_items(tour& t, const dynamo::database& db) {
  const movies_table movies{db};
  show_get(t, movies);
  show_conditional_put(t, movies);
  show_update(t, movies);
  show_delete(t, movies);
}

}  // namespace demo

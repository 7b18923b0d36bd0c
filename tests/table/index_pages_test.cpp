#include "../support/seeds.hpp"
#include "engine_fixture.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

/// Pages of every size and direction, over the table and its indexes, cut by limits, filters and 1 MB, visit every item exactly
/// once and in order: on the embedded engine, against a list.
namespace {

using namespace places;
using random_bits = std::mt19937_64;

std::size_t below(random_bits& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

/// What every index has.
struct row {
  std::string country;
  std::string id;
};
std::string name_of(const row& r) { return r.country + "/" + r.id; }
std::string name_of(const place& p) { return p.country + "/" + p.id; }

using order_key = std::tuple<std::string, double, std::uint32_t>;
order_key nowhere(const place&) { return {}; }

/// What a read promises beyond finding what is wanted.
struct promises {
  const char* name;
  bool ordered = true;
  bool descending = false;
  bool takes_filters = true;  // a filter may name only what the index projects
  bool one_at_a_time = true;  // no segments that are asked in parallel
};

/// A way to read: `make(options...)` makes the call, `wanted` says whether an item belongs to it, `sorted_by` says where it belongs.
template <class Make, class Wanted, class SortedBy>
struct way : promises {
  way(promises p, Make m, Wanted w, SortedBy s) : promises(p), make(m), wanted(w), sorted_by(s) {}
  Make make;
  Wanted wanted;
  SortedBy sorted_by;
};

bool is_good(const place& p) { return p.note.starts_with("good"); }
/// The same way, with a filter.
template <class Way>
auto filtered(const Way& w) {
  return way(
      w, [make = w.make](auto... options) { return make(options..., filter(note.begins_with("good"))); },
      [wanted = w.wanted](const place& p) { return wanted(p) && is_good(p); }, w.sorted_by);
}
/// The same way, in the other direction.
template <class Way>
auto backwards(const Way& w) {
  promises then = w;
  then.descending = true;
  return way(
      then, [make = w.make](auto... options) { return make(options..., dynamo::order_by::descending); }, w.wanted,
      w.sorted_by);
}

class index_pages : public dynamo::test::engine_fixture {
 protected:
  void SetUp() override {
    engine_fixture::SetUp();
    table_.emplace(*db_);
    const auto created = table_->create_if_absent().run();
    ASSERT_TRUE(created) << created.error().describe();
  }

  void fill(random_bits& random, std::size_t count, std::size_t note_size = 0) {
    static constexpr const char* cities[] = {"Lund", "Umeå", "Ystad"};
    static constexpr const char* streets[] = {"Agatan", "Bgatan", "Cgatan"};
    for (const auto& [name, old] : all_) ASSERT_TRUE(table_->remove({old.country, old.id}).run());
    all_.clear();
    while (all_.size() < count) {
      place p;
      p.country = below(random, 4) == 0 ? "NO" : "SE";
      p.id = std::to_string(below(random, 1'000));
      p.city = cities[below(random, 2) * below(random, 3)];
      if (below(random, 6) != 0) p.street = streets[below(random, 3)];
      if (below(random, 6) != 0) p.house = static_cast<std::uint32_t>(below(random, 5));
      p.rating = static_cast<double>(below(random, 8)) / 2 - 1;
      p.note = below(random, 3) != 0 ? "good" : "bad";
      p.note.resize(std::max(p.note.size(), note_size), '.');
      const auto put = table_->put(p).run();
      ASSERT_TRUE(put) << put.error().describe();
      all_[name_of(p)] = p;
    }
    catch_up();
  }

  /// Calls `visit` with every way to read: the table and each of its indexes, with and without filter, in both directions.
  template <class Visit>
  void each_way(Visit visit, std::uint32_t segments) {
    const auto& t = *table_;
    const auto with_and_without_filter = [&](const auto& w) {
      SCOPED_TRACE(w.name);
      visit(w);
      SCOPED_TRACE("with a filter");
      if (w.takes_filters) visit(filtered(w));
    };
    const auto both_directions = [&](const auto& w) {
      with_and_without_filter(w);
      SCOPED_TRACE("descending");
      with_and_without_filter(backwards(w));
    };
    both_directions(way(
        {.name = "table"}, [&t](auto... o) { return t.query("SE", o...); },
        [](const place& p) { return p.country == "SE"; }, [](const place& p) { return order_key(p.id, 0, 0); }));
    both_directions(way(
        {.name = "several keys"},
        [&t](auto... o) { return t.query(by_address{}, dynamo::partition("SE", "Lund"), o...); },
        [](const place& p) { return p.country == "SE" && p.city == "Lund" && p.street && p.house; },
        [](const place& p) { return order_key(*p.street, 0, *p.house); }));
    both_directions(way(
        {.name = "an equal prefix and a range"},
        [&t](auto... o) {
          return t.query(by_address{}, dynamo::partition("SE", "Lund"), street == "Agatan", house >= 2u, o...);
        },
        [](const place& p) {
          return p.country == "SE" && p.city == "Lund" && p.street == "Agatan" && p.house && *p.house >= 2;
        },
        [](const place& p) { return order_key("", 0, *p.house); }));
    both_directions(way(
        {.name = "a local index that fetches"},
        [&t](auto... o) { return t.query(by_rating{}, "SE", rating < 2.0, o...); },
        [](const place& p) { return p.country == "SE" && p.rating < 2; },
        [](const place& p) { return order_key("", p.rating, 0); }));
    both_directions(way(
        {.name = "a view of what an index includes"},
        [&t](auto... o) { return t.query(by_city{}, "Lund", rating.between(-0.5, 1.5), o...).template as<row>(); },
        [](const place& p) { return p.city == "Lund" && p.rating >= -0.5 && p.rating <= 1.5; },
        [](const place& p) { return order_key("", p.rating, 0); }));
    both_directions(way(
        {.name = "an index of keys, without a sort key", .ordered = false, .takes_filters = false},
        [&t](auto... o) { return t.query(by_street{}, "Agatan", o...).template as<row>(); },
        [](const place& p) { return p.street == "Agatan"; }, nowhere));
    with_and_without_filter(way(
        {.name = "a scan", .ordered = false}, [&t](auto... o) { return t.scan(o...); },
        [](const place&) { return true; }, nowhere));
    with_and_without_filter(way(
        {.name = "a scan of a sparse index", .ordered = false}, [&t](auto... o) { return t.scan(by_address{}, o...); },
        [](const place& p) { return p.street && p.house; }, nowhere));
    with_and_without_filter(way(
        {.name = "a scan in parallel", .ordered = false, .one_at_a_time = false},
        [&t, segments](auto... o) { return t.scan(dynamo::parallel(segments), o...); },
        [](const place&) { return true; }, nowhere));
    with_and_without_filter(way(
        {.name = "a scan of an index in parallel", .ordered = false, .one_at_a_time = false},
        [&t, segments](auto... o) { return t.scan(by_city{}, dynamo::parallel(segments), o...).template as<row>(); },
        [](const place&) { return true; }, nowhere));
  }

  /// As one range of items.
  template <class Way, class... Options>
  void visit_items(const Way& w, Options... options) {
    std::vector<std::string> found;
    for (auto&& one : w.make(options...).items()) {
      ASSERT_TRUE(one) << one.error().describe();
      found.push_back(name_of(*one));
    }
    check(found, w);
  }
  /// A page at a time, each by a call of its own that resumes after the last one; `limit()` makes an option for each.
  template <class Way, class Limit>
  void visit_resuming(const Way& w, Limit limit) {
    std::vector<std::string> found;
    std::optional<dynamo::cursor> next;
    for (std::size_t rounds = 0; rounds < 500; ++rounds) {
      const auto at_most = limit();
      auto page = next ? w.make(at_most, dynamo::resume_from(*next)).page().run() : w.make(at_most).page().run();
      ASSERT_TRUE(page) << page.error().describe();
      EXPECT_LE(page->items.size(), at_most.get());
      for (const auto& one : page->items) found.push_back(name_of(one));
      next = page->next;
      if (!next) return check(found, w);
    }
    FAIL() << "no end";
  }
  template <class Way>
  std::uint64_t how_many(const Way& w) const {
    return static_cast<std::uint64_t>(
        std::count_if(all_.begin(), all_.end(), [&](const auto& p) { return w.wanted(p.second); }));
  }

  std::map<std::string, place> all_;
  std::optional<dynamo::table<schema>> table_;

 private:
  template <class Way>
  void check(const std::vector<std::string>& found, const Way& w) {
    std::vector<std::string> expected;
    for (const auto& [name, p] : all_) {
      if (w.wanted(p)) expected.push_back(name);
    }
    std::vector<std::string> sorted = found;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, expected);
    if (!w.ordered || HasFailure()) return;
    for (std::size_t i = 1; i < found.size(); ++i) {
      const auto before = w.sorted_by(all_[found[i - 1]]), after = w.sorted_by(all_[found[i]]);
      EXPECT_TRUE(w.descending ? before >= after : before <= after) << found[i - 1] << ", " << found[i];
    }
  }
};
RUN_AT_ONCE_AND_LATE(index_pages);

TEST_P(index_pages, visit_every_item_once) {
  dynamo::testing_support::for_each_seed(12, [this](random_bits& random) {
    fill(random, 10 + below(random, 90));
    const auto some = [&random] { return 1 + below(random, 9); };
    each_way(
        [&](const auto& w) {
          visit_items(w, dynamo::page_size(static_cast<std::uint32_t>(some())));
          visit_resuming(w, [&] { return dynamo::item_limit(some()); });
          visit_resuming(w, [&] { return dynamo::page_size(static_cast<std::uint32_t>(some())); });
          if (w.one_at_a_time) visit_resuming(w, [&] { return dynamo::examined_limit(some()); });
          EXPECT_EQ(w.make(dynamo::page_size(3)).count().run().value_or(0), how_many(w));
        },
        static_cast<std::uint32_t>(some()));
  });
}

TEST_P(index_pages, of_every_size_visit_every_item_once) {
  constexpr std::uint32_t items = 24;
  random_bits random(1);
  fill(random, items);
  for (std::uint32_t size = 1; size <= items + 1; ++size) {
    SCOPED_TRACE("pages of " + std::to_string(size));
    each_way(
        [&](const auto& w) {
          visit_items(w, dynamo::page_size(size));
          visit_resuming(w, [size] { return dynamo::page_size(size); });
          visit_resuming(w, [size] { return dynamo::item_limit(size); });
        },
        3);
    if (HasFailure()) return;
  }
}

TEST_P(index_pages, that_are_cut_at_a_megabyte_visit_every_item_once) {
  constexpr std::size_t megabyte = 1 << 20, note_size = 130'000;
  random_bits random(1);
  fill(random, 40, note_size);
  std::size_t cut = 0;
  each_way(
      [&](const auto& w) {
        visit_items(w);
        visit_resuming(w, [] { return dynamo::page_size(1'000); });
        std::size_t pages = 0;
        for (auto&& page : w.make().pages()) pages += page.has_value() ? 1 : 0;
        if (w.takes_filters && how_many(w) * note_size > megabyte) {
          ++cut;
          EXPECT_GT(pages, 1u);
        }
        if (!w.takes_filters) {
          EXPECT_EQ(pages, 1u);  // an index of keys: what it does not project does not count
        }
      },
      3);
  EXPECT_GE(cut, 18u);  // of 24 ways all but those that find few items
}

TEST_P(index_pages, a_row_moves_with_its_item_and_goes_with_it) {
  place p;
  p.country = "SE";
  p.id = "1";
  p.city = "Lund";
  p.street = "Agatan";
  ASSERT_TRUE(table_->put(p).run());
  catch_up();
  EXPECT_EQ(table_->query(by_street{}, "Agatan").as<street_and_id>().one().run().value()->id, "1");
  EXPECT_FALSE(table_->query(by_address{}, dynamo::partition("SE", "Lund")).first().run().value());  // no house
  ASSERT_TRUE(table_->update({"SE", "1"}, set(house, 3u), set(street, "Bgatan")).run());
  catch_up();
  EXPECT_FALSE(table_->query(by_street{}, "Agatan").as<street_and_id>().one().run().value());
  EXPECT_EQ(table_->query(by_address{}, dynamo::partition("SE", "Lund"), street == "Bgatan", house == 3u)
                .one()
                .run()
                .value()
                ->id,
            "1");
  ASSERT_TRUE(table_->remove({"SE", "1"}).run());
  catch_up();
  EXPECT_EQ(table_->scan(by_city{}).count().run().value(), 0u);
}

TEST_P(index_pages, of_a_late_index_show_the_table_as_it_was) {
  place p;
  p.country = "SE";
  p.id = "1";
  p.city = "Lund";
  ASSERT_TRUE(table_->put(p).run());
  const auto in_index = [this] { return table_->scan(by_city{}).count().run().value(); };
  EXPECT_EQ(in_index(), delay() == delay().zero() ? 1u : 0u);
  EXPECT_EQ(table_->query(by_rating{}, "SE").count().run().value(), 1u);
  EXPECT_EQ(table_->scan().count().run().value(), 1u);
  catch_up();
  EXPECT_EQ(in_index(), 1u);
  ASSERT_TRUE(table_->remove({"SE", "1"}).run());
  EXPECT_EQ(in_index(), delay() == delay().zero() ? 0u : 1u);
  catch_up();
  EXPECT_EQ(in_index(), 0u);
}

TEST_P(index_pages, the_table_is_as_its_type_says) {
  const auto different = table_->verify().run();
  ASSERT_TRUE(different) << different.error().describe();
  EXPECT_EQ(*different, std::vector<std::string>());
}

}  // namespace

#include "../support/seeds.hpp"
#include "places.hpp"

#include <dynamo/database.hpp>

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

class index_pages : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    table_.emplace(*db_);
    const auto created = table_->create_if_absent().run();
    ASSERT_TRUE(created) << created.error().describe();
  }

  void fill(random_bits& random, std::size_t count) {
    static constexpr const char* cities[] = {"Lund", "Umeå", "Ystad"};
    static constexpr const char* streets[] = {"Agatan", "Bgatan", "Cgatan"};
    for (const auto& [name, old] : all_) ASSERT_TRUE(table_->remove({old.country, old.id}).run());
    all_.clear();
    while (all_.size() < count) {
      place p;
      p.country = below(random, 3) == 0 ? "NO" : "SE";
      p.id = std::to_string(below(random, 1'000));
      p.city = cities[below(random, 3)];
      if (below(random, 4) != 0) p.street = streets[below(random, 3)];
      if (below(random, 4) != 0) p.house = static_cast<std::uint32_t>(below(random, 5));
      p.rating = static_cast<double>(below(random, 8)) / 2 - 1;
      p.note = below(random, 2) == 0 ? "good" : "bad";
      const auto put = table_->put(p).run();
      ASSERT_TRUE(put) << put.error().describe();
      all_[name_of(p)] = p;
    }
  }

  /// `make(options...)` makes the call. `wanted` judges an item, `sorted_by` says where it belongs.
  template <class Make, class Wanted, class SortedBy>
  void visits(random_bits& random, const char* what, Make make, Wanted wanted, SortedBy sorted_by,
              bool ordered = true) {
    SCOPED_TRACE(what);
    using dynamo::item_limit;
    using dynamo::page_size;
    const page_size size(static_cast<std::uint32_t>(1 + below(random, 9)));
    const auto good = filter(note == "good");
    const auto only_good = [&](const place& p) { return wanted(p) && p.note == "good"; };

    check(names(make(size).items()), wanted, sorted_by, ordered, false);
    check(names(make(size, good).items()), only_good, sorted_by, ordered, false);
    check(by_cursor(random, [&](auto... more) { return make(size, more...); }), wanted, sorted_by, ordered, false);
    check(by_cursor(random, [&](auto... more) { return make(good, more...); }), only_good, sorted_by, ordered, false);
    const auto count = make(size, good).count().run();
    EXPECT_EQ(count.value_or(0), static_cast<std::uint64_t>(std::count_if(
                                     all_.begin(), all_.end(), [&](auto& p) { return only_good(p.second); })));
  }
  template <class Make, class Wanted, class SortedBy>
  void visits_both_ways(random_bits& random, const char* what, Make make, Wanted wanted, SortedBy sorted_by) {
    visits(random, what, make, wanted, sorted_by);
    SCOPED_TRACE("descending");
    const dynamo::page_size size(static_cast<std::uint32_t>(1 + below(random, 9)));
    const auto down = dynamo::order_by::descending;
    check(names(make(size, down).items()), wanted, sorted_by, true, true);
    check(by_cursor(random, [&](auto... more) { return make(down, more...); }), wanted, sorted_by, true, true);
  }

  std::map<std::string, place> all_;
  dynamo::result<dynamo::database> db_ = dynamo::database::in_memory();
  std::optional<dynamo::table<schema>> table_;

 private:
  template <class Items>
  static std::vector<std::string> names(Items&& items) {
    std::vector<std::string> found;
    for (auto&& one : items) {
      EXPECT_TRUE(one) << one.error().describe();
      if (!one) break;
      found.push_back(name_of(*one));
    }
    return found;
  }
  /// A page at a time, each by a call of its own that resumes behind the last one.
  template <class Make>
  std::vector<std::string> by_cursor(random_bits& random, Make make) {
    std::vector<std::string> found;
    std::optional<dynamo::cursor> next;
    for (std::size_t rounds = 0; rounds < 500; ++rounds) {
      const dynamo::item_limit limit(1 + below(random, 5));
      auto page = next ? make(limit, dynamo::resume_from(*next)).page().run() : make(limit).page().run();
      EXPECT_TRUE(page) << page.error().describe();
      if (!page) break;
      EXPECT_LE(page->items.size(), limit.get());
      for (const auto& one : page->items) found.push_back(name_of(one));
      next = page->next;
      if (!next) return found;
    }
    ADD_FAILURE() << "no end";
    return found;
  }
  template <class Wanted, class SortedBy>
  void check(const std::vector<std::string>& found, Wanted wanted, SortedBy sorted_by, bool ordered, bool descending) {
    std::vector<std::string> expected;
    for (const auto& [name, p] : all_) {
      if (wanted(p)) expected.push_back(name);
    }
    std::vector<std::string> sorted = found;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, expected);
    if (!ordered || ::testing::Test::HasFailure()) return;
    for (std::size_t i = 1; i < found.size(); ++i) {
      const auto before = sorted_by(all_[found[i - 1]]), after = sorted_by(all_[found[i]]);
      EXPECT_TRUE(descending ? before >= after : before <= after) << found[i - 1] << ", " << found[i];
    }
  }
};

order_key nowhere(const place&) { return {}; }

TEST_F(index_pages, visit_every_item_once) {
  dynamo::testing_support::for_each_seed(12, [this](random_bits& random) {
    fill(random, 10 + below(random, 90));
    ASSERT_FALSE(HasFatalFailure());
    const auto& t = *table_;
    visits_both_ways(
        random, "table", [&](auto... o) { return t.query("SE", o...); },
        [](const place& p) { return p.country == "SE"; }, [](const place& p) { return order_key(p.id, 0, 0); });
    visits_both_ways(
        random, "several keys", [&](auto... o) { return t.query(by_address{}, dynamo::partition("SE", "Lund"), o...); },
        [](const place& p) { return p.country == "SE" && p.city == "Lund" && p.street && p.house; },
        [](const place& p) { return order_key(*p.street, 0, *p.house); });
    visits_both_ways(
        random, "an equal prefix and a range",
        [&](auto... o) {
          return t.query(by_address{}, dynamo::partition("SE", "Lund"), street == "Agatan", house >= 2u, o...);
        },
        [](const place& p) {
          return p.country == "SE" && p.city == "Lund" && p.street == "Agatan" && p.house && *p.house >= 2;
        },
        [](const place& p) { return order_key("", 0, *p.house); });
    visits_both_ways(
        random, "a local index that fetches", [&](auto... o) { return t.query(by_rating{}, "SE", rating < 2.0, o...); },
        [](const place& p) { return p.country == "SE" && p.rating < 2; },
        [](const place& p) { return order_key("", p.rating, 0); });
    visits_both_ways(
        random, "a view of what an index includes",
        [&](auto... o) { return t.query(by_city{}, "Lund", rating.between(-0.5, 1.5), o...).template as<row>(); },
        [](const place& p) { return p.city == "Lund" && p.rating >= -0.5 && p.rating <= 1.5; },
        [](const place& p) { return order_key("", p.rating, 0); });
    visits(
        random, "a scan", [&](auto... o) { return t.scan(o...); }, [](const place&) { return true; }, nowhere, false);
    visits(
        random, "a scan of a sparse index", [&](auto... o) { return t.scan(by_address{}, o...); },
        [](const place& p) { return p.street && p.house; }, nowhere, false);
    const auto segments = dynamo::parallel(static_cast<std::uint32_t>(1 + below(random, 7)));
    visits(
        random, "a scan in parallel", [&](auto... o) { return t.scan(segments, o...); },
        [](const place&) { return true; }, nowhere, false);
    visits(
        random, "a scan of an index in parallel",
        [&](auto... o) { return t.scan(by_city{}, segments, o...).template as<row>(); },
        [](const place&) { return true; }, nowhere, false);
  });
}

TEST_F(index_pages, are_cut_at_a_megabyte) {
  for (int i = 0; i < 30; ++i) {
    place p;
    p.country = "SE";
    p.id = std::to_string(i);
    p.city = "Lund";
    p.street = "Agatan";
    p.house = 1;
    p.rating = i;
    p.note = std::string(100'000, 'x');
    ASSERT_TRUE(table_->put(p).run());
  }
  const auto pages = [](auto&& range) {
    std::vector<std::size_t> sizes;
    for (auto&& one : range) {
      EXPECT_TRUE(one) << one.error().describe();
      if (one && !one->items.empty()) sizes.push_back(one->items.size());
    }
    return sizes;
  };
  const auto sum = [](const std::vector<std::size_t>& sizes) {
    std::size_t all = 0;
    for (const std::size_t one : sizes) all += one;
    return all;
  };
  const std::vector<std::size_t> whole = pages(table_->query(by_address{}, dynamo::partition("SE", "Lund")).pages());
  EXPECT_EQ(sum(whole), 30u);
  EXPECT_GE(whole.size(), 3u);
  const std::vector<std::size_t> narrow = pages(table_->query(by_street{}, "Agatan").as<street_and_id>().pages());
  EXPECT_EQ(narrow, std::vector<std::size_t>{30});
  const std::vector<std::size_t> merged = pages(table_->scan(dynamo::parallel(3)).pages());
  EXPECT_EQ(sum(merged), 30u);
  EXPECT_EQ(table_->query(by_rating{}, "SE", rating >= 10.0).count().run().value(), 20u);
}

TEST_F(index_pages, a_row_moves_with_its_item_and_goes_with_it) {
  place p;
  p.country = "SE";
  p.id = "1";
  p.city = "Lund";
  p.street = "Agatan";
  ASSERT_TRUE(table_->put(p).run());
  EXPECT_EQ(table_->query(by_street{}, "Agatan").as<street_and_id>().one().run().value()->id, "1");
  EXPECT_FALSE(table_->query(by_address{}, dynamo::partition("SE", "Lund")).first().run().value());  // no house
  ASSERT_TRUE(table_->update({"SE", "1"}, set(house, 3u), set(street, "Bgatan")).run());
  EXPECT_FALSE(table_->query(by_street{}, "Agatan").as<street_and_id>().one().run().value());
  EXPECT_EQ(table_->query(by_address{}, dynamo::partition("SE", "Lund"), street == "Bgatan", house == 3u)
                .one()
                .run()
                .value()
                ->id,
            "1");
  ASSERT_TRUE(table_->remove({"SE", "1"}).run());
  EXPECT_EQ(table_->scan(by_city{}).count().run().value(), 0u);
}

TEST_F(index_pages, the_table_is_as_its_type_says) {
  const auto different = table_->verify().run();
  ASSERT_TRUE(different) << different.error().describe();
  EXPECT_EQ(*different, std::vector<std::string>());
}

}  // namespace

#include "engine_fixture.hpp"

#include <dynamo/base/random.hpp>
#include <dynamo/table.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

/// Typed tables on the embedded engine, through the public interface alone.
namespace {

namespace cinema {
enum class genre { drama, comedy, crime };
struct info {
  std::optional<double> rating;
  std::vector<std::string> actors;
  std::map<std::string, int> votes;
};
struct movie {
  std::int32_t year = 0;
  std::string title;
  genre kind = genre::drama;
  info about;
  std::set<std::string> tags;
  std::optional<std::chrono::year_month_day> released;
  std::uint64_t views = 0;
};
struct movies : dynamo::schema<"movies", movie, dynamo::partition_key<&movie::year>, dynamo::sort_key<&movie::title>> {
};
inline constexpr auto title = dynamo::attr<&movie::title>;
inline constexpr auto kind = dynamo::attr<&movie::kind>;
inline constexpr auto rating = dynamo::attr<&movie::about, &info::rating>;
inline constexpr auto actors = dynamo::attr<&movie::about, &info::actors>;
inline constexpr auto votes = dynamo::attr<&movie::about, &info::votes>;
inline constexpr auto tags = dynamo::attr<&movie::tags>;
inline constexpr auto views = dynamo::attr<&movie::views>;
}  // namespace cinema
using namespace cinema;

movie make(int year, std::string name, double rating_of_it = 5) {
  movie m;
  m.year = year;
  m.title = std::move(name);
  m.about.rating = rating_of_it;
  m.about.actors = {"A. Actor", "B. Actor"};
  m.tags = {"new"};
  m.released = std::chrono::year_month_day(std::chrono::year(year) / 1 / 2);
  return m;
}

class embedded : public dynamo::test::engine_fixture {
 protected:
  void SetUp() override {
    engine_fixture::SetUp();
    table_.emplace(*db_);
    const dynamo::result<void> created = table_->create_if_absent().run();
    ASSERT_TRUE(created) << created.error().describe();
  }
  dynamo::table<movies>& table() { return *table_; }
  void fill(int year, int count) {
    for (int i = 0; i < count; ++i) {
      const movie m = make(year, "title " + std::string(1, static_cast<char>('a' + i)), i);
      const dynamo::result<void> put = table().put(m).run();
      ASSERT_TRUE(put) << put.error().describe();
    }
  }
  template <class Call>
  std::string titles(Call&& call) {
    std::string found;
    for (auto&& one : std::forward<Call>(call).items()) {
      if (!one) return one.error().describe();
      found += one->title.back();
    }
    return found;
  }

  std::optional<dynamo::table<movies>> table_;
};
RUN_AT_ONCE_AND_LATE(embedded);

TEST_P(embedded, creating_a_table_twice_is_fine) { EXPECT_TRUE(table().create_if_absent().run()); }

TEST_P(embedded, what_was_put_is_got) {
  const movie m = make(1994, "Pulp \"Fiction\"", 8.9);
  ASSERT_TRUE(table().put(m).run());
  const auto found = table().get({1994, m.title}, dynamo::consistent_read).run();
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->about.rating, 8.9);
  EXPECT_EQ((*found)->about.actors, m.about.actors);
  EXPECT_EQ((*found)->released, m.released);
  EXPECT_FALSE(table().get({1994, "missing"}).run().value());
}

TEST_P(embedded, a_put_that_fails_hands_over_the_current_item) {
  const movie m = make(1994, "x", 7);
  ASSERT_TRUE(table().put(m, only_if(title.not_exists())).run());
  const auto again = table().put(m, only_if(title.not_exists()), dynamo::on_failure_return_item).run();
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().conditional_check_failed());
  const auto current = dynamo::current_item<movie>(again.error());
  ASSERT_TRUE(current && *current) << (current ? "none" : current.error().describe());
  EXPECT_EQ((*current)->about.rating, 7);
}

TEST_P(embedded, an_update_changes_nested_paths_sets_and_counters) {
  fill(2000, 1);
  const auto now = table()
                       .update({2000, "title a"}, set(rating, 9.5), add(views, 3), add(tags, "hot"),
                               set(actors, list_append(actors, "C. Actor")), set(votes["good"], 1),
                               only_if(kind == genre::drama), dynamo::return_new)
                       .run();
  ASSERT_TRUE(now) << now.error().describe();
  EXPECT_EQ(now->about.rating, 9.5);
  EXPECT_EQ(now->views, 3u);
  EXPECT_EQ(now->tags, (std::set<std::string>{"hot", "new"}));
  ASSERT_TRUE(table().update({2000, "title a"}, erase(tags, "new", "never there")).run());
  EXPECT_EQ(now->about.actors.size(), 3u);
  const auto changed = table().update({2000, "title a"}, set(views, views + 1), dynamo::return_updated_new).run();
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_EQ(changed->get(views).value(), 4u);
  const auto old = table().update({2000, "title a"}, remove(tags), dynamo::return_old).run();
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->tags, std::set<std::string>{"hot"});
  EXPECT_TRUE(table().get({2000, "title a"}).run().value()->tags.empty());
}

TEST_P(embedded, an_item_is_removed_by_key_or_by_item) {
  fill(2000, 2);
  const movie a = make(2000, "title a");
  const auto old = table().remove(a, dynamo::return_old).run();
  ASSERT_TRUE(old && *old);
  EXPECT_FALSE(table().remove({2000, "title b"}, only_if(rating > 100.0)).run());
  EXPECT_TRUE(table().remove({2000, "title b"}, only_if(rating < 100.0)).run());
  EXPECT_EQ(table().scan().count().run().value(), 0u);
}

TEST_P(embedded, every_sort_key_condition) {
  fill(2000, 5);
  fill(2001, 2);
  EXPECT_EQ(titles(table().query(2000)), "abcde");
  EXPECT_EQ(titles(table().query(2000, title == "title c")), "c");
  EXPECT_EQ(titles(table().query(2000, title < "title c")), "ab");
  EXPECT_EQ(titles(table().query(2000, title <= "title c")), "abc");
  EXPECT_EQ(titles(table().query(2000, title > "title c")), "de");
  EXPECT_EQ(titles(table().query(2000, title >= "title c")), "cde");
  EXPECT_EQ(titles(table().query(2000, title.between("title b", "title d"))), "bcd");
  EXPECT_EQ(titles(table().query(2000, title.begins_with("title "))), "abcde");
  EXPECT_EQ(titles(table().query(2000, dynamo::order_by::descending)), "edcba");
}

TEST_P(embedded, filters_limits_and_pages) {
  fill(2000, 9);
  EXPECT_EQ(titles(table().query(2000, filter(rating >= 3.0))), "defghi");
  EXPECT_EQ(titles(table().query(2000, filter(rating >= 3.0), dynamo::page_size(2), dynamo::item_limit(3))), "def");
  EXPECT_EQ(titles(table().query(2000, filter(rating >= 3.0), dynamo::examined_limit(5))), "de");
  EXPECT_EQ(titles(table().query(2000, dynamo::page_size(4), dynamo::page_limit(2))), "abcdefgh");
  EXPECT_EQ(table().query(2000, filter(rating >= 3.0), dynamo::page_size(2)).count().run().value(), 6u);
  EXPECT_EQ(table().query(2000, filter(rating == 6.0), dynamo::page_size(2)).one().run().value()->title, "title g");
  EXPECT_EQ(table().query(2000, dynamo::order_by::descending).first().run().value()->title, "title i");
}

TEST_P(embedded, a_cursor_goes_on_behind_a_cut_page) {
  fill(2000, 9);
  std::string found;
  std::optional<dynamo::cursor> next;
  int rounds = 0;
  do {
    auto page =
        next
            ? table().query(2000, filter(rating != 4.0), dynamo::item_limit(2), dynamo::resume_from(*next)).page().run()
            : table().query(2000, filter(rating != 4.0), dynamo::item_limit(2)).page().run();
    ASSERT_TRUE(page) << page.error().describe();
    for (const movie& m : *page) found += m.title.back();
    next = page->next;
  } while (next && ++rounds < 20);
  EXPECT_EQ(found, "abcdfghi");
}

TEST_P(embedded, segments_together_are_the_table) {
  for (int year = 1990; year < 2020; ++year) fill(year, 2);
  std::set<std::pair<int, std::string>> seen;
  std::size_t items = 0;
  for (std::uint32_t part = 0; part < 3; ++part) {
    for (auto&& one : table().scan(dynamo::segment(part, 3), dynamo::page_size(7)).items()) {
      ASSERT_TRUE(one) << one.error().describe();
      seen.emplace(one->year, one->title);
      ++items;
    }
  }
  EXPECT_EQ(items, 60u);
  EXPECT_EQ(seen.size(), 60u);
}

TEST_P(embedded, a_batch_reads_on_at_once_where_a_partition_has_more_than_a_megabyte) {
  std::vector<movie> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(make(2000 + i % 2, "title " + std::to_string(i)));
    all.back().about.actors = {std::string(200'000, 'x')};
  }
  ASSERT_TRUE(table().batch_put(all).run()->complete());
  const auto began = time_.steady_now();
  const auto found = table().batch_get(all, dynamo::batch_policy().on(time_, dynamo::system_random())).run();
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_TRUE(found->complete()) << found->complete().error().describe();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ((*found->items[i])->title, all[i].title);
  EXPECT_EQ(found->effort.requests, 2u);
  EXPECT_EQ(time_.steady_now(), began);
}

struct title_and_views {
  std::string title;
  std::uint64_t views = 99;
};
TEST_P(embedded, a_smaller_struct_gets_its_attributes) {
  fill(2000, 2);
  const auto page = table().query(2000).as<title_and_views>().page().run();
  ASSERT_TRUE(page) << page.error().describe();
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[1].title, "title b");
  EXPECT_EQ(page->items[1].views, 0u);
}

TEST_P(embedded, raw_expressions_may_name_reserved_words) {
  fill(2000, 3);
  EXPECT_EQ(titles(table().scan(filter(
                dynamo::raw("year = :y AND about.rating > :r", dynamo::bind(":y", 2000), dynamo::bind(":r", 0.5))))),
            "bc");
  ASSERT_TRUE(
      table().update({2000, "title a"}, dynamo::raw_update("SET #views = views + :n", dynamo::bind(":n", 5))).run());
  EXPECT_EQ(table().get({2000, "title a"}).run().value()->views, 5u);
}

TEST_P(embedded, what_was_consumed_is_told_on_request) {
  const movie m = make(2000, "x");
  const auto put = table().put(m).with_details().run();
  ASSERT_TRUE(put) << put.error().describe();
  EXPECT_EQ(put->details.capacity_units, 1);
}

TEST_P(embedded, a_table_that_is_not_there_is_an_error) {
  const auto found = dynamo::table<movies>(*db_, "films").get({1, "x"}).run();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), dynamo::errc::resource_not_found);
}

TEST_P(embedded, a_table_outlives_the_handle_it_was_made_from) {
  db_ = dynamo::testing_support::wired(dynamo::database::in_memory());
  const movie m = make(2000, "x");
  EXPECT_TRUE(table().put(m).run());
}

}  // namespace

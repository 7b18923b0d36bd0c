#include "brute_force.hpp"

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <deque>
#include <optional>

namespace {

using namespace vector_search_test;

query nearest(float to, std::size_t k = 100) {
  return {.vector = {to}, .kind = distance::euclidean, .top_k = k, .filter = {}};
}

TEST(vector_set, changes_are_seen_when_they_are_published) {
  vector_set set(1);
  set.put("a", vector{1});
  EXPECT_EQ(set.size(), 1u);
  EXPECT_TRUE(found(set, nearest(1)).empty());
  set.publish();
  EXPECT_EQ(found(set, nearest(1)), (std::vector<match>{{"a", "", 0}}));
  set.put("a", vector{3}, "new");
  set.put("b", vector{4});
  EXPECT_EQ(found(set, nearest(1)), (std::vector<match>{{"a", "", 0}}));
  set.publish();
  EXPECT_EQ(found(set, nearest(1)), (std::vector<match>{{"a", "new", 2}, {"b", "", 3}}));
  EXPECT_TRUE(set.erase("a"));
  EXPECT_FALSE(set.erase("a"));
  EXPECT_EQ(found(set, nearest(1)).size(), 2u);
  set.publish();
  EXPECT_EQ(found(set, nearest(1)), (std::vector<match>{{"b", "", 3}}));
  EXPECT_EQ(set.size(), 1u);
}

TEST(vector_set, what_comes_and_goes_between_two_publications_was_never_there) {
  vector_set set(1);
  set.put("a", vector{1});
  set.erase("a");
  set.put("b", vector{2});
  set.put("b", vector{3});
  set.publish();
  EXPECT_EQ(found(set, nearest(3)), (std::vector<match>{{"b", "", 0}}));
}

TEST(vector_set, a_search_under_way_sees_the_set_as_it_was) {
  vector_set set(1);
  for (int i = 0; i < 100; ++i) set.put(std::to_string(i), vector{static_cast<float>(i)});
  set.publish();
  search s = set.begin(nearest(50, 3));
  s.run(10);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 100; ++i) set.put(std::to_string(i), vector{static_cast<float>(1000 + i)});
    set.publish();
    for (int i = 0; i < 50; ++i) set.erase(std::to_string(i));
    set.publish();
  }
  s.run();
  EXPECT_EQ(s.take(), (std::vector<match>{{"50", "", 0}, {"49", "", 1}, {"51", "", 1}}));
  EXPECT_EQ(s.rows_seen(), 100u);
}

TEST(vector_set, the_places_of_old_rows_are_used_again) {
  vector_set set(1024);
  const vector v(1024, 1.0F);
  for (int i = 0; i < 16; ++i) set.put(std::to_string(i), v);
  set.publish();
  for (int i = 0; i < 100; ++i) {
    set.put("0", v);
    set.publish();
  }
  const std::size_t before = set.bytes();
  for (int i = 0; i < 100'000; ++i) {
    set.put(std::to_string(i % 16), v);
    set.publish();
  }
  EXPECT_EQ(set.bytes(), before);
  EXPECT_EQ(found(set, {.vector = v}).size(), 10u);
}

TEST(vector_set, a_search_outlives_its_set) {
  std::optional<search> s;
  {
    vector_set set(1);
    set.put("a", vector{1});
    set.publish();
    s = set.begin(nearest(1));
  }
  s->run();
  EXPECT_EQ(s->take(), (std::vector<match>{{"a", "", 0}}));
}

TEST(vector_set, long_ids_and_payloads_are_kept) {
  vector_set set(1);
  const std::string id(2048, 'i'), payload(100'000, 'p');
  set.put(id, vector{1}, payload);
  set.put(id + "2", vector{2});
  set.publish();
  EXPECT_EQ(found(set, nearest(1)), (std::vector<match>{{id, payload, 0}, {id + "2", "", 1}}));
  set.erase(id);
  set.put("another", vector{1});
  set.publish();
  EXPECT_EQ(found(set, nearest(1, 1)), (std::vector<match>{{"another", "", 0}}));
}

/// Changes of any kind, publications and searches that are begun, run in part and ended at any time, by seeds: each search finds what a
/// brute force over the rows as of its beginning finds.
TEST(vector_set, each_search_sees_one_publication) {
  dynamo::testing_support::for_each_seed(200, [](std::mt19937_64& random) {
    const std::size_t dimensions = 1 + random() % 40;
    vector_set set(static_cast<int>(dimensions));
    brute_force rows, published;
    struct under_way {
      search at;
      query asked;
      brute_force seen;
    };
    std::deque<under_way> searches;
    for (int step = 0; step < 400; ++step) {
      const std::string id = std::to_string(random() % 40);
      switch (random() % 6) {
        case 0:
        case 1: {
          vector v = make_vector(random, dimensions, vectors_are::few_values);
          set.put(id, v, id);
          rows.rows[id] = {std::move(v), id};
          break;
        }
        case 2: EXPECT_EQ(set.erase(id), rows.rows.erase(id) > 0); break;
        case 3:
          set.publish();
          published = rows;
          break;
        case 4: {
          query q{.vector = make_vector(random, dimensions, vectors_are::few_values),
                  .kind = all_distances[random() % 3],
                  .top_k = 1 + random() % 30,
                  .filter = {}};
          search begun = set.begin(q);
          searches.push_back({std::move(begun), std::move(q), published});
          break;
        }
        default:
          if (searches.empty()) break;
          under_way& one = searches[random() % searches.size()];
          if (!one.at.run(random() % 40)) break;
          EXPECT_EQ(one.at.take(), one.seen.search(one.asked));
          EXPECT_EQ(one.at.rows_seen(), one.seen.rows.size());
          std::swap(one, searches.back());
          searches.pop_back();
      }
    }
    for (under_way& one : searches) {
      one.at.run();
      EXPECT_EQ(one.at.take(), one.seen.search(one.asked));
    }
  });
}

}  // namespace

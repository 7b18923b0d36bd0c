#include "brute_force.hpp"

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <cfloat>

namespace {

using namespace vector_search_test;

std::vector<std::string> ids(const std::vector<match>& of) {
  std::vector<std::string> list;
  for (const match& m : of) list.push_back(m.id);
  return list;
}

vector_set set_of(int dimensions, const std::vector<std::pair<std::string, vector>>& rows) {
  vector_set set(dimensions);
  for (const auto& [id, v] : rows) set.put(id, v);
  set.publish();
  return set;
}

using names = std::vector<std::string>;

TEST(vector_search, orders_by_the_distance_that_is_asked_for) {
  const vector_set set = set_of(2, {{"east", {1, 0}}, {"far east", {9, 0}}, {"north", {0, 2}}, {"west", {-1, 0}}});
  EXPECT_EQ(ids(found(set, {.vector = {2, 1}, .kind = distance::cosine, .top_k = 9})),
            (names{"east", "far east", "north", "west"}));
  EXPECT_EQ(ids(found(set, {.vector = {2, 1}, .kind = distance::euclidean, .top_k = 9})),
            (names{"east", "north", "west", "far east"}));
  EXPECT_EQ(ids(found(set, {.vector = {2, 1}, .kind = distance::dot_product, .top_k = 9})),
            (names{"far east", "east", "north", "west"}));
}

TEST(vector_search, rows_of_one_score_come_in_the_order_of_their_ids) {
  const vector_set set = set_of(1, {{"c", {1}}, {"a", {1}}, {"d", {1}}, {"b", {1}}, {"\xff", {1}}, {"", {1}}});
  for (const distance kind : all_distances) {
    EXPECT_EQ(ids(found(set, {.vector = {1}, .kind = kind, .top_k = 3})), (names{"", "a", "b"}));
    EXPECT_EQ(ids(found(set, {.vector = {1}, .kind = kind, .top_k = 6})).back(), "\xff");
  }
}

TEST(vector_search, of_an_empty_set_or_for_nothing_finds_nothing) {
  const vector_set empty(3);
  EXPECT_TRUE(found(empty, {.vector = {1, 2, 3}}).empty());
  const vector_set one = set_of(1, {{"a", {1}}});
  EXPECT_TRUE(found(one, {.vector = {1}, .top_k = 0}).empty());
  EXPECT_EQ(found(one, {.vector = {1}, .top_k = 1'000'000'000'000}).size(), 1u);
}

TEST(vector_search, a_zero_vector_is_at_a_right_angle_to_all) {
  const vector_set set = set_of(2, {{"against", {-1, 0}}, {"zero", {0, 0}}, {"with", {1, 0}}});
  EXPECT_EQ(found(set, {.vector = {1, 0}}), (std::vector<match>{{"with", "", 0}, {"zero", "", 1}, {"against", "", 2}}));
  EXPECT_EQ(ids(found(set, {.vector = {0, 0}})), (names{"against", "with", "zero"}));
}

TEST(vector_search, sums_that_no_float_holds_are_still_in_order) {
  const vector_set set = set_of(3, {{"1", {FLT_MAX, FLT_MAX, 0}},
                                    {"2", {FLT_MAX, FLT_MAX, FLT_MAX}},
                                    {"3", {FLT_MAX, -FLT_MAX, 0}},
                                    {"4", {-FLT_MAX, -FLT_MAX, -FLT_MAX}},
                                    {"5", {1, 1, 1}}});
  with_each_kernel([&] {
    EXPECT_EQ(ids(found(set, {.vector = {FLT_MAX, FLT_MAX, FLT_MAX}, .kind = distance::dot_product, .top_k = 4})),
              (names{"2", "1", "5", "3"}));
    EXPECT_EQ(ids(found(set, {.vector = {FLT_MAX, FLT_MAX, FLT_MAX}, .kind = distance::euclidean, .top_k = 2})),
              (names{"2", "1"}));
  });
}

TEST(vector_search, a_filter_chooses_by_id_and_payload) {
  vector_set set(1);
  for (int i = 0; i < 100; ++i)
    set.put(std::to_string(i), vector{static_cast<float>(i)}, i % 10 == 0 ? "ten" : "other");
  set.publish();
  search s = set.begin(
      {.vector = {42},
       .kind = distance::euclidean,
       .top_k = 3,
       .filter = [](std::string_view id, std::string_view payload) { return payload == "ten" && id != "40"; }});
  s.run();
  EXPECT_EQ(s.rows_seen(), 100u);
  EXPECT_EQ(s.take(), (std::vector<match>{{"50", "ten", 8}, {"30", "ten", 12}, {"60", "ten", 18}}));
}

TEST(vector_search, runs_in_slices) {
  vector_set set(1);
  for (int i = 0; i < 1000; ++i) set.put(std::to_string(i), vector{static_cast<float>(i)});
  set.publish();
  search s = set.begin({.vector = {700}, .kind = distance::euclidean, .top_k = 1});
  int slices = 0;
  while (!s.run(300)) {
    ++slices;
    EXPECT_EQ(s.rows_seen(), static_cast<std::size_t>(slices) * 300);
  }
  EXPECT_EQ(slices, 3);
  EXPECT_TRUE(s.run(1));
  EXPECT_EQ(ids(s.take()), names{"700"});
}

TEST(vector_search, that_stops_early_has_the_nearest_so_far) {
  vector_set set(1);
  for (int i = 0; i < 1000; ++i) set.put(std::to_string(i), vector{static_cast<float>(i)});
  set.publish();
  search s = set.begin({.vector = {700}, .kind = distance::euclidean, .top_k = 1});
  EXPECT_FALSE(s.run(300));
  EXPECT_EQ(ids(s.take()), names{"299"});
}

/// Random sets of every awkward kind against a brute force in double precision: ids, order and scores are equal, and they are the same with every
/// kernel.
void finds_what_a_brute_force_finds(std::mt19937_64& random, std::size_t dimensions, int rows) {
  const auto kind = static_cast<vectors_are>(random() % 4);
  vector_set set(static_cast<int>(dimensions));
  brute_force expected;
  for (int i = 0; i < rows; ++i) {
    const std::string id = std::to_string(random() % (static_cast<unsigned>(rows) * 2));
    vector v = make_vector(random, dimensions, kind);
    if (i % 8 == 7 && !expected.rows.empty()) v = expected.rows.begin()->second.first;  // a tie
    const std::string payload(1, static_cast<char>('a' + random() % 3));
    set.put(id, v, payload);
    expected.rows[id] = {std::move(v), payload};
  }
  set.publish();
  ASSERT_EQ(set.size(), expected.rows.size());
  for (const distance by : all_distances) {
    query q{.vector = make_vector(random, dimensions, kind), .kind = by, .top_k = 1 + random() % 100, .filter = {}};
    if (random() % 4 == 0) q.vector = expected.rows.begin()->second.first;
    if (random() % 2 == 0) q.filter = [](std::string_view, std::string_view payload) { return payload != "a"; };
    const std::vector<match> right = expected.search(q);
    with_each_kernel([&] { EXPECT_EQ(found(set, q), right) << "distance " << static_cast<int>(by); });
  }
}

TEST(vector_search, finds_what_a_brute_force_finds_in_any_number_of_dimensions) {
  dynamo::testing_support::for_each_seed(
      100, [](std::mt19937_64& random) { finds_what_a_brute_force_finds(random, 1 + random() % 70, 300); });
}
TEST(vector_search, finds_what_a_brute_force_finds_in_3_dimensions) {
  dynamo::testing_support::for_each_seed(
      20, [](std::mt19937_64& random) { finds_what_a_brute_force_finds(random, 3, 3000); });
}
TEST(vector_search, finds_what_a_brute_force_finds_in_128_dimensions) {
  dynamo::testing_support::for_each_seed(
      20, [](std::mt19937_64& random) { finds_what_a_brute_force_finds(random, 128, 1000); });
}
TEST(vector_search, finds_what_a_brute_force_finds_in_1024_dimensions) {
  dynamo::testing_support::for_each_seed(
      12, [](std::mt19937_64& random) { finds_what_a_brute_force_finds(random, 1024, 400); });
}
TEST(vector_search, finds_what_a_brute_force_finds_in_4096_dimensions) {
  dynamo::testing_support::for_each_seed(
      8, [](std::mt19937_64& random) { finds_what_a_brute_force_finds(random, 4096, 150); });
}

}  // namespace

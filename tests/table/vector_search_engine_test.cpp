#include "engine_fixture.hpp"
#include "films.hpp"

#include <dynamo/decorators/metered.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

/// Typed searches on the embedded engine, against a brute force over the items.
namespace {

using namespace films;

class searched_films : public dynamo::test::engine_fixture {
 protected:
  void SetUp() override {
    engine_fixture::SetUp();
    const auto created = table.create_if_absent().run();
    ASSERT_TRUE(created) << created.error().describe();
  }
  dynamo::table<schema> table{*db_};
};
RUN_AT_ONCE_AND_LATE(searched_films);

TEST_P(searched_films, are_what_the_schema_says) {
  EXPECT_EQ(table.verify().run().value(), std::vector<std::string>());
}

TEST_P(searched_films, tell_the_bytes_that_they_took) {
  const auto metrics = std::make_shared<dynamo::call_metrics>();
  const auto counted = table.with(metrics);
  const film one{"1", "drama", 1990, "title", {1, 2, 3}, std::array<float, 2>{1, 2}};
  const auto put = counted.put(one).with_details().run();
  ASSERT_TRUE(put) << put.error().describe();
  EXPECT_EQ(put->details.vector_write_bytes, 3 * 1024);
  EXPECT_FALSE(put->details.vector_search_bytes);
  EXPECT_GT(put->details.capacity_units.value_or(0), 0);
  catch_up();

  const auto found = counted.search(by_meaning{}, std::vector<float>{1, 2, 3}, dynamo::top_k(1)).with_details().run();
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->value.size(), 1u);
  EXPECT_GT(found->details.vector_search_bytes.value_or(0), 12);
  EXPECT_FALSE(found->details.capacity_units);

  const auto got = counted.get(one.id).with_details().run();
  ASSERT_TRUE(got) << got.error().describe();
  EXPECT_FALSE(got->details.vector_write_bytes);

  const std::vector<film> more{{"2", "drama", 1990, "title", {1, 2, 3}, {}},
                               {"3", "drama", 1990, "title", {1, 2, 3}, {}}};
  const auto batch = counted.batch_put(more).run();
  ASSERT_TRUE(batch) << batch.error().describe();
  EXPECT_EQ(batch->effort.vector_write_bytes, 4 * 1024);

  const auto totals = metrics->totals();
  ASSERT_EQ(totals.size(), 1u);
  EXPECT_EQ(totals[0].table, "films");
  EXPECT_EQ(totals[0].vector_write_bytes, 7 * 1024);
  EXPECT_EQ(totals[0].vector_search_bytes, found->details.vector_search_bytes);
}

TEST_P(searched_films, the_nearest_come_first) {
  std::mt19937 random(14);
  const auto number = [&] { return static_cast<float>(random() % 2001) / 1000 - 1; };
  std::vector<film> all;
  for (int i = 0; i < 200; ++i) {
    film one{std::to_string(i), i % 2 == 0 ? "drama" : "comedy", 1990 + i % 10,
             "title",           {number(), number(), number()},  {}};
    if (i % 3 == 0) one.colour = std::array<float, 2>{number(), number()};
    ASSERT_TRUE(table.put(one).run());
    all.push_back(one);
  }
  catch_up();
  const std::vector<float> wanted{0.5F, -0.25F, 1};
  const auto dot = [&](const film& one) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += double{one.meaning[i]} * double{wanted[i]};
    return sum;
  };

  const auto found = table.search(by_meaning{}, wanted, dynamo::top_k(10)).run();
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_EQ(found->size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    const film& one = (*found)[i].item;
    const double lengths =
        std::sqrt(std::inner_product(one.meaning.begin(), one.meaning.end(), one.meaning.begin(), 0.0) *
                  std::inner_product(wanted.begin(), wanted.end(), wanted.begin(), 0.0));
    EXPECT_NEAR((*found)[i].score, 1 - dot(one) / lengths, 1e-6);
    EXPECT_EQ(one.meaning, all[static_cast<std::size_t>(std::stoi(one.id))].meaning);
    if (i > 0) {
      EXPECT_LE((*found)[i - 1].score, (*found)[i].score);
    }
  }

  const auto dramas = table.search<card>(by_genre{}, wanted, dynamo::top_k(100), genre == "drama", year == 1994).run();
  ASSERT_TRUE(dramas) << dramas.error().describe();
  EXPECT_EQ(dramas->size(), 20u);
  for (std::size_t i = 0; i < dramas->size(); ++i) {
    const film& one = all[static_cast<std::size_t>(std::stoi((*dramas)[i].item.id))];
    EXPECT_EQ(one.genre, "drama");
    EXPECT_EQ(one.year, 1994);
    EXPECT_NEAR((*dramas)[i].score, dot(one), 1e-6);
    if (i > 0) {
      EXPECT_GE((*dramas)[i - 1].score, (*dramas)[i].score);
    }
  }

  const auto colours = table.search<coloured>(by_colour{}, std::array<float, 2>{0, 0}, dynamo::top_k(100)).run();
  ASSERT_TRUE(colours) << colours.error().describe();
  EXPECT_EQ(colours->size(), 67u);
}

TEST_P(searched_films, a_vector_of_another_length_is_refused_by_the_write) {
  film one{"1", "drama", 1994, "title", {1, 2}, {}};
  const auto put = table.put(one).run();
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), dynamo::errc::validation);
}

}  // namespace

#include <dynamo/vector_search/distance.hpp>

#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace dynamo::vector_search;

TEST(score, is_what_each_distance_says) {
  struct {
    const char* what;
    std::vector<float> a, b;
    double cosine, euclidean, dot;
  } const cases[] = {
      {"the same", {3, 4}, {3, 4}, 0, 0, 25},
      {"the same direction", {3, 4}, {6, 8}, 0, 5, 50},
      {"at a right angle", {1, 0}, {0, 2}, 1, std::sqrt(5.0), 0},
      {"opposite", {1, 2, 3}, {-1, -2, -3}, 2, 2 * std::sqrt(14.0), -14},
      {"one dimension", {2}, {5}, 0, 3, 10},
      {"a zero vector", {0, 0}, {3, 4}, 1, 5, 0},
      {"two zero vectors", {0, 0}, {0, 0}, 1, 0, 0},
      {"negative zeros", {-0.0F, 1}, {1, -0.0F}, 1, std::sqrt(2.0), 0},
      {"nine elements", {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1}, 0, 0, 9},
      {"the greatest floats", {FLT_MAX, FLT_MAX}, {FLT_MAX, FLT_MAX}, 0, 0, 2.0 * FLT_MAX * FLT_MAX},
      {"the greatest floats, opposite", {FLT_MAX}, {-FLT_MAX}, 2, 2.0 * FLT_MAX, -double{FLT_MAX} * FLT_MAX},
      {"the least floats", {0x1p-149F}, {0x1p-149F}, 0, 0, 0x1p-298},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(score(distance::cosine, c.a, c.b), c.cosine) << c.what;
    EXPECT_EQ(score(distance::euclidean, c.a, c.b), c.euclidean) << c.what;
    EXPECT_EQ(score(distance::dot_product, c.a, c.b), c.dot) << c.what;
    EXPECT_FALSE(std::signbit(score(distance::dot_product, c.a, c.b)) && c.dot == 0) << c.what;
  }
}

TEST(score, of_a_long_vector_and_itself_is_zero) {
  for (int dimensions = 1; dimensions <= dimensions_max; dimensions += dimensions < 20 ? 1 : 97) {
    std::vector<float> v;
    for (int i = 0; i < dimensions; ++i) v.push_back(std::sin(static_cast<float>(i + dimensions)));
    EXPECT_EQ(score(distance::cosine, v, v), 0) << dimensions;
    EXPECT_EQ(score(distance::euclidean, v, v), 0) << dimensions;
  }
}

TEST(all_finite, finds_the_element_that_is_not) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(all_finite(std::vector<float>{}));
  EXPECT_TRUE(all_finite(std::vector<float>{0, -1, FLT_MAX, 0x1p-149F}));
  EXPECT_FALSE(all_finite(std::vector<float>{0, 1, infinity}));
  EXPECT_FALSE(all_finite(std::vector<float>{-infinity}));
  EXPECT_FALSE(all_finite(std::vector<float>{1, std::numeric_limits<float>::quiet_NaN(), 2}));
}

}  // namespace

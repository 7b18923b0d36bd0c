#include "brute_force.hpp"

#include <gtest/gtest.h>
#include <support/seeds.hpp>
#include <vector_search/block.hpp>
#include <vector_search/score.hpp>

#include <cmath>

namespace {

using namespace vector_search_test;

constexpr vectors_are all_kinds[] = {vectors_are::spread, vectors_are::few_values, vectors_are::near_each_other,
                                     vectors_are::of_all_magnitudes};

TEST(kernels, end_with_the_portable_one) { EXPECT_EQ(available_kernels().back().name, "portable"); }

TEST(kernels, are_chosen_for_the_whole_process) {
  with_each_kernel([] { EXPECT_EQ(instructions(), kernels_in_use().name); });
  EXPECT_EQ(instructions(), available_kernels().front().name);
}

TEST(kernels, stay_within_their_error_bound) {
  dynamo::testing_support::for_each_seed(30, [](std::mt19937_64& random) {
    for (const std::size_t stride : {16U, 32U, 48U, 64U, 80U, 128U, 1024U, 4096U}) {
      for (const vectors_are kind : all_kinds) {
        const float_memory memory = aligned_floats(2 * stride);
        const float *query = memory.get(), *row = query + stride;
        std::ranges::copy(make_vector(random, 2 * stride, kind), memory.get());
        const double lengths = std::sqrt(exact_dot(query, query, stride)) * std::sqrt(exact_dot(row, row, stride));
        const double square = exact_squared_distance(query, row, stride);
        const auto within = [&](float sum, double exact, double terms) {
          return !std::isfinite(sum) || std::abs(sum - exact) <= error_bound(stride) * terms + underflow_bound(stride);
        };
        for (const kernels& one : available_kernels()) {
          EXPECT_TRUE(within(one.dot(query, row, stride), exact_dot(query, row, stride), lengths))
              << one.name << ' ' << stride;
          EXPECT_TRUE(within(one.squared_distance(query, row, stride), square, square)) << one.name << ' ' << stride;
        }
      }
    }
  });
}

TEST(aligned_floats, begin_with_a_cache_line_and_large_ones_with_a_huge_page) {
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned_floats(16).get()) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned_floats(std::size_t{1} << 19).get()) % (std::size_t{2} << 20), 0u);
}

TEST(places_of_block, grow_and_stay_bounded) {
  for (const std::size_t stride : {16U, 128U, 1024U, 4096U}) {
    EXPECT_GE(places_of_block(0, stride), 1U);
    EXPECT_LE(places_of_block(0, stride) * stride * sizeof(float), 64u << 10);
    for (const std::size_t before : {9u, 10u, 100u, 100'000u}) {
      EXPECT_EQ(places_of_block(before, stride) * stride * sizeof(float), 32u << 20) << stride << ' ' << before;
    }
  }
}

}  // namespace

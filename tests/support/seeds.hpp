#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace dynamo::testing_support {

/// Whether DYNAMO_TEST_SEEDS_MAX is set: each step takes much longer than usual, so that tests take fewer of them.
inline bool seeds_are_few() {
  return std::getenv("DYNAMO_TEST_SEEDS_MAX") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

/// Runs a property once for each of so many seeds, from DYNAMO_TEST_FIRST_SEED (1) on; a failure says under which one. DYNAMO_TEST_SEEDS
/// says another number; DYNAMO_TEST_SEEDS_MAX lowers the test's own where that is greater.
template <class Property>
void for_each_seed(std::uint64_t by_default, Property property) {
  const char* wanted = std::getenv("DYNAMO_TEST_SEEDS");    // NOLINT(concurrency-mt-unsafe)
  const char* most = std::getenv("DYNAMO_TEST_SEEDS_MAX");  // NOLINT(concurrency-mt-unsafe)
  std::uint64_t seeds = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : by_default;
  if (wanted == nullptr && most != nullptr) seeds = std::min<std::uint64_t>(seeds, std::strtoull(most, nullptr, 10));
  const char* from = std::getenv("DYNAMO_TEST_FIRST_SEED");  // NOLINT(concurrency-mt-unsafe)
  const std::uint64_t first = from != nullptr ? std::strtoull(from, nullptr, 10) : 1;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    property(random);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace dynamo::testing_support

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace dynamo::testing_support {

/// Runs a property once for each of DYNAMO_TEST_SEEDS seeds (1, 2, ...); a failure says under which one.
template <class Property>
void for_each_seed(std::uint64_t by_default, Property property) {
  const char* wanted = std::getenv("DYNAMO_TEST_SEEDS");  // NOLINT(concurrency-mt-unsafe)
  const std::uint64_t seeds = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : by_default;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    property(random);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace dynamo::testing_support

#pragma once

#include <dynamo/database.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <chrono>
#include <string>

namespace dynamo::test {

/// Typed tables on the embedded engine, each test twice: with global indexes that show every write at once, and with ones that
/// are late, as DynamoDB's are. A test that reads a global index after a write has to let it catch up; one that relies on more
/// than DynamoDB promises fails the second time. RUN_AT_ONCE_AND_LATE(fixture) makes the two.
class engine_fixture : public ::testing::TestWithParam<std::chrono::milliseconds> {
 protected:
  void SetUp() override { ASSERT_TRUE(db_) << db_.error().describe(); }
  static std::chrono::milliseconds delay() { return GetParam(); }
  /// Lets global indexes show what was written so far.
  void catch_up() { time_.advance(delay()); }

  testing::virtual_clock time_;
  result<testing_support::wired_database> db_ = [this] {
    database_options options;
    options.time = &time_;
    options.global_index_delay = delay();
    return testing_support::wired(database::in_memory(options));
  }();
};

inline std::string at_once_or_late(const ::testing::TestParamInfo<std::chrono::milliseconds>& run) {
  return run.param == std::chrono::milliseconds(0) ? "at_once" : "late";
}

}  // namespace dynamo::test

#define RUN_AT_ONCE_AND_LATE(fixture)                                                                       \
  INSTANTIATE_TEST_SUITE_P(global_indexes, fixture,                                                         \
                           ::testing::Values(std::chrono::milliseconds(0), std::chrono::milliseconds(500)), \
                           dynamo::test::at_once_or_late)

#pragma once

/// For tests with GoogleTest. The only headers that include a test framework are this and catch2.hpp.
///
///     using OrderTest = dynamo::testing::database_test;
///
///     TEST_F(OrderTest, IsStoredOnce) {
///       dynamo::table<orders_schema> orders;                       // on this test's own in-memory database
///       ASSERT_TRUE(ok(orders.create_if_absent().run()));
///       faults->add(dynamo::fault_rule(dynamo::fault::throttle).at_call(1));
///       time.advance(std::chrono::hours(24));
///     }

#include <dynamo/base/result.hpp>
#include <dynamo/testing/sandbox.hpp>

#include <gtest/gtest.h>

#include <ostream>

namespace dynamo {

/// How GoogleTest prints an error.
inline void PrintTo(const error& why, std::ostream* out) { *out << why.describe(); }

/// For ASSERT_TRUE and EXPECT_TRUE: a failure says which error there was instead of a value. Found by its argument, without
/// the namespace.
template <class T>
::testing::AssertionResult ok(const result<T>& outcome) {
  if (outcome) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << outcome.error().describe();
}

}  // namespace dynamo

namespace dynamo::testing {

/// A fixture: `database`, `time` and `faults` of a sandbox that each test has to itself.
class database_test : public ::testing::Test, public sandbox {};

}  // namespace dynamo::testing

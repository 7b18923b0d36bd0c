#pragma once

/// For tests with Catch2, version 2 or 3. The only headers that include a test framework are this and gtest.hpp.
///
///     TEST_CASE_METHOD(dynamo::testing::database_fixture, "An order is stored once") {
///       dynamo::table<orders_schema> orders;                       // on this test's own in-memory database
///       REQUIRE(ok(orders.create_if_absent().run()));
///       faults->add(dynamo::fault_rule(dynamo::fault::throttle).at_call(1));
///       time.advance(std::chrono::hours(24));
///     }

#include <dynamo/base/result.hpp>
#include <dynamo/testing/sandbox.hpp>

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>

namespace dynamo {

/// What ok() answers; prints the error there was instead of a value.
struct test_outcome {
  std::string problem;  ///< empty for success
  explicit operator bool() const noexcept { return problem.empty(); }
};

/// For REQUIRE and CHECK: a failure says which error there was instead of a value. Found by its argument, without the
/// namespace.
template <class T>
test_outcome ok(const result<T>& came) {
  return {came ? std::string() : came.error().describe()};
}

}  // namespace dynamo

namespace dynamo::testing {

/// A fixture: `database`, `time` and `faults` of a sandbox that each test case has to itself.
class database_fixture : public sandbox {};

}  // namespace dynamo::testing

template <>
struct Catch::StringMaker<dynamo::test_outcome> {
  static std::string convert(const dynamo::test_outcome& o) { return o ? "ok" : o.problem; }
};
template <>
struct Catch::StringMaker<dynamo::error> {
  static std::string convert(const dynamo::error& why) { return why.describe(); }
};

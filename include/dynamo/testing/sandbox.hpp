#pragma once

#include <dynamo/testing/faults.hpp>
#include <dynamo/testing/scoped_database.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <cstdint>
#include <memory>

namespace dynamo::testing {

/// What one test of code that uses tables needs, put together: an empty in-memory database as the default endpoint, a clock
/// that the test moves, and faults that it may add. The fixtures in gtest.hpp and catch2.hpp are this.
///
/// The default endpoint deals out `faults` (none at first), waits on `time`, and goes to the database, which reads the
/// time from it too. `database.endpoint()` is the database without faults.
class sandbox {
 public:
  explicit sandbox(std::uint64_t seed = 1) : faults(std::make_shared<fault_plan>(seed)), database(time) {
    database.route_through(faulty(database.endpoint(), faults, time));
  }

  virtual_clock time;
  std::shared_ptr<fault_plan> faults;
  scoped_database database;
};

}  // namespace dynamo::testing

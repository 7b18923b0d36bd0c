#pragma once

#include <dynamo/database_options.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>

namespace dynamo::testing {

/// A private, empty in-memory database that is the process's default endpoint as long as this object lives: code whose tables name
/// no endpoint works on it, and finds nothing of any other test.
///
///     dynamo::testing::scoped_database db;
///     dynamo::table<users_schema> users;                        // or the code under test, which has one
///     ASSERT_TRUE(users.create_if_absent().run());
///
/// Nesting: scopes may stand inside each other; the innermost is the default, and the one around it is again when it ends. They
/// end in the reverse order of their beginning, on any thread, after the calls made in them.
/// Threads: the default is the process's. Any number of threads may work inside a scope; tests that run at the same time in one
/// process share it, so they name their endpoints instead: `table{db}` with each its own database::in_memory().
class scoped_database {
 public:
  explicit scoped_database(const database_options& = {});
  /// With another clock than the machine's: stream records, time to live.
  explicit scoped_database(const clock& time);
  ~scoped_database();
  scoped_database(const scoped_database&) = delete;
  scoped_database& operator=(const scoped_database&) = delete;

  /// The database itself, whatever stands around it: for what a test prepares and looks up, untouched by faults.
  const std::shared_ptr<dynamo::endpoint>& endpoint() const noexcept { return database_; }

  /// From now on this is the default: `endpoint()` with decorators around it.
  void route_through(std::shared_ptr<dynamo::endpoint>);

 private:
  std::shared_ptr<dynamo::endpoint> database_;
  std::shared_ptr<dynamo::endpoint> routed_;
  std::shared_ptr<dynamo::endpoint> before_;
};

}  // namespace dynamo::testing

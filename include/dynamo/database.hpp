#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <memory>
#include <string>

namespace dynamo {

/// The embedded engine: a DynamoDB in this process, on a directory or in memory. A cheap handle; copies share the database, which
/// closes with the last of them (typed tables and operations under way count). Thread-safe.
///
///     auto db = dynamo::database::open("./data");
///     if (!db) { std::cerr << db.error().describe() << '\n'; return 1; }
///     dynamo::table<users_schema> users{*db};
class database {
 public:
  /// Opens the database in a directory, creating it if there is none. One process at a time.
  /// Errors: in_use, corruption (synced data is damaged: nothing is changed), not_supported (written by a newer
  /// version), storage, invalid_argument.
  [[nodiscard]] static result<database> open(const std::string& path, const database_options& = {});
  /// A private, empty database that is gone with its last handle.
  [[nodiscard]] static result<database> in_memory(const database_options& = {});

  /// What typed tables and everything else talk to.
  const std::shared_ptr<dynamo::endpoint>& endpoint() const noexcept { return endpoint_; }

 private:
  explicit database(std::shared_ptr<dynamo::endpoint> e) : endpoint_(std::move(e)) {}
  std::shared_ptr<dynamo::endpoint> endpoint_;
};

}  // namespace dynamo

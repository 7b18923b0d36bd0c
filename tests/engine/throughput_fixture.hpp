#pragma once

#include "stream_fixture.hpp"

#include <dynamo/protocol/service_error.hpp>

#include <string>

namespace dynamo::engine_tests {

/// A database in memory that enforces throughput, by a clock that the test moves.
class throughput_fixture : public stream_fixture {
 protected:
  void SetUp() override { open(throughput_rule::enforced); }
  void open(throughput_rule rule) {
    database_options how = options();
    how.throughput = rule;
    how.region = "eu-west-2";
    auto opened = engine::open_in_memory(how);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }

  static std::string units(int read, int write) {
    return R"("ProvisionedThroughput":{"ReadCapacityUnits":)" + std::to_string(read) + R"(,"WriteCapacityUnits":)" +
           std::to_string(write) + "}";
  }
  /// `things` with the key `pk` and `sk`.
  void make(const std::string& throughput, const std::string& more = "", const std::string& attributes = "") {
    const answer made = call(operation_name::create_table, R"({"TableName":"things",
      "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"})" +
                                                               attributes + R"(],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)" +
                                                               throughput + more + "}");
    ASSERT_TRUE(made.ok) << made.to_string();
  }
  /// With a global index `by_g` of these units, and a local one `by_l`.
  void make_indexed(int read, int write, int index_read, int index_write) {
    make(units(read, write),
         R"(,"GlobalSecondaryIndexes":[{"IndexName":"by_g",
      "KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},)" +
             units(index_read, index_write) + R"(}],"LocalSecondaryIndexes":[{"IndexName":"by_l",
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],
      "Projection":{"ProjectionType":"ALL"}}])",
         R"(,{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"l","AttributeType":"S"})");
  }
  static std::string on_demand() { return R"("BillingMode":"PAY_PER_REQUEST")"; }

  /// UpdateTable with these parameters.
  std::string updating(const std::string& parameters) {
    return outcome(call(operation_name::update_table, R"({"TableName":"things",)" + parameters + "}"));
  }

  static std::string key_of(const std::string& pk) { return R"("pk":{"S":")" + pk + R"("},"sk":{"S":"s"})"; }
  static std::string item_of(const std::string& pk, std::size_t size = 10) {
    return "{" + key_of(pk) + R"(,"v":{"S":")" + std::string(size, 'x') + R"("}})";
  }
  std::string putting(const std::string& item, const std::string& more = "") {
    return outcome(call(operation_name::put_item, R"({"TableName":"things","Item":)" + item + more + "}"));
  }
  std::string putting_key(const std::string& pk, std::size_t size = 10) { return putting(item_of(pk, size)); }
  std::string getting(const std::string& pk, const std::string& more = "") {
    return outcome(call(operation_name::get_item, R"({"TableName":"things","Key":{)" + key_of(pk) + "}" + more + "}"));
  }

  /// "ok", or the reason that the error gives, with what was throttled.
  static std::string outcome(const answer& came) {
    if (came.ok) return "ok";
    if (came.code != errc::throttled) return came.to_string();
    const auto reasons = throttling_reasons(error(error_detail{.code = errc::throttled, .body = came.body}));
    if (reasons.size() != 1) return came.to_string() + " without a reason";
    return reasons[0].reason + " of " + reasons[0].resource.substr(reasons[0].resource.find("table/") + 6);
  }
};

}  // namespace dynamo::engine_tests

#pragma once

#include "stream_fixture.hpp"

#include <string>
#include <string_view>

namespace dynamo::engine_tests {

/// Tables "things" with the partition key pk, and with an index "by_v" if it is asked for.
class table_settings_fixture : public stream_fixture {
 protected:
  static constexpr std::string_view on_demand = R"("BillingMode":"PAY_PER_REQUEST")";
  static constexpr std::string_view provisioned =
      R"("ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6})";

  std::string create(std::string_view settings) {
    return told(operation_name::create_table,
                R"({"TableName":"things","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)" +
                    std::string(settings) + "}");
  }
  std::string create_indexed(std::string_view settings, std::string_view of_index = "") {
    return told(operation_name::create_table,
                R"({"TableName":"things","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
                R"({"AttributeName":"v","AttributeType":"S"}],"GlobalSecondaryIndexes":[{"IndexName":"by_v",)"
                R"("KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"})" +
                    std::string(of_index) + "}]," + std::string(settings) + "}");
  }
  std::string update(std::string_view settings) {
    return told(operation_name::update_table, R"({"TableName":"things",)" + std::string(settings) + "}");
  }
  std::string described() {
    return member(told(operation_name::describe_table, R"({"TableName":"things"})"), "Table").value_or("");
  }
  /// A member of the table's description; "-" if it has none.
  std::string shown(std::string_view name) { return member(described(), name).value_or("-"); }
  std::string shown_of_index(std::string_view name) {
    const auto indexes = elements(member(described(), "GlobalSecondaryIndexes").value_or("[]"));
    return indexes.empty() ? "no index" : member(indexes.front(), name).value_or("-");
  }
  static std::string units(int read, int write) {
    return R"("ProvisionedThroughput":{"ReadCapacityUnits":)" + std::to_string(read) + R"(,"WriteCapacityUnits":)" +
           std::to_string(write) + "}";
  }
  static std::string of_index(std::string_view settings) {
    return R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_v",)" + std::string(settings) + "}}]";
  }
};

inline const std::string invalid = "validation: One or more parameter values were invalid: ";

}  // namespace dynamo::engine_tests

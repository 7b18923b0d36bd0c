#include <engine/throughput/throttling_error.hpp>

#include <dynamo/protocol/service_error.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace dynamo;
using namespace dynamo::engine;
using enum exceeded;

constexpr auto provisioned_mode = capacity_limit::mode::provisioned;
constexpr auto on_demand_mode = capacity_limit::mode::on_demand;

TEST(throttling_error, says_what_was_exceeded_and_where) {
  struct row {
    throttling met;
    std::string type, reason, words;
  };
  const row rows[] = {
      {{provisioned, provisioned_mode, capacity_use::read, false, "arn:t"},
       "ProvisionedThroughputExceededException",
       "TableReadProvisionedThroughputExceeded",
       "The level of configured provisioned throughput for the table was exceeded."},
      {{provisioned, provisioned_mode, capacity_use::write, true, "arn:i"},
       "ProvisionedThroughputExceededException",
       "IndexWriteProvisionedThroughputExceeded",
       "The level of configured provisioned throughput for one or more global secondary indexes of the table was"},
      {{key_range, provisioned_mode, capacity_use::write, false, "arn:t"},
       "ProvisionedThroughputExceededException",
       "TableWriteKeyRangeThroughputExceeded",
       "The level of configured provisioned throughput for the table was exceeded."},
      {{key_range, on_demand_mode, capacity_use::write, false, "arn:t"},
       "ThrottlingException",
       "TableWriteKeyRangeThroughputExceeded",
       "Throughput exceeds the current capacity of your table"},
      {{key_range, on_demand_mode, capacity_use::read, true, "arn:i"},
       "ThrottlingException",
       "IndexReadKeyRangeThroughputExceeded",
       "Throughput exceeds the current capacity of your table"},
      {{key_range, on_demand_mode, capacity_use::write, true, "arn:i"},
       "ThrottlingException",
       "IndexWriteKeyRangeThroughputExceeded",
       "Throughput exceeds the current capacity for one or more global secondary indexes."},
      {{account, on_demand_mode, capacity_use::read, false, "arn:t"},
       "ThrottlingException",
       "TableReadAccountLimitExceeded",
       "Throughput exceeds the account's quota"},
      {{on_demand_maximum, on_demand_mode, capacity_use::write, false, "arn:t"},
       "ThrottlingException",
       "TableWriteMaxOnDemandThroughputExceeded",
       "Throughput exceeds the maximum OnDemandThroughput"},
  };
  for (const row& r : rows) {
    const error why = throttling_error(r.met);
    EXPECT_EQ(why.code(), errc::throttled);
    EXPECT_TRUE(why.detail().type.ends_with("#" + r.type)) << why.detail().type;
    EXPECT_TRUE(why.message().starts_with(r.words)) << why.message();
    EXPECT_EQ(errc_from_wire_type(why.detail().type), errc::throttled);
    const auto reasons = throttling_reasons(why);
    ASSERT_EQ(reasons.size(), 1U);
    EXPECT_EQ(reasons[0].reason, r.reason);
    EXPECT_EQ(reasons[0].resource, r.met.resource);
  }
}

TEST(throttling_error, its_body_is_what_the_wire_has) {
  EXPECT_EQ(
      throttling_error({provisioned, provisioned_mode, capacity_use::read, false, "arn:t"}).detail().body,
      R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","ThrottlingReasons":)"
      R"([{"reason":"TableReadProvisionedThroughputExceeded","resource":"arn:t"}],"message":"The level of configured )"
      R"(provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the )"
      R"(UpdateTable API."})");
}

}  // namespace

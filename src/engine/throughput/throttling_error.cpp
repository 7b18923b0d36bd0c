#include "throttling_error.hpp"

#include <fmt/format.h>

#include <string>

namespace dynamo::engine {
namespace {

constexpr std::string_view provisioned_type = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
constexpr std::string_view on_demand_type = "com.amazon.coral.availability#ThrottlingException";

std::string_view name_of(exceeded what) {
  switch (what) {
    case exceeded::nothing:
    case exceeded::provisioned: break;
    case exceeded::on_demand_maximum: return "MaxOnDemandThroughputExceeded";
    case exceeded::account: return "AccountLimitExceeded";
    case exceeded::key_range: return "KeyRangeThroughputExceeded";
  }
  return "ProvisionedThroughputExceeded";
}

std::string_view words_of(const throttling& met) {
  if (met.how == capacity_limit::mode::provisioned) {
    return met.of_index
               ? "The level of configured provisioned throughput for one or more global secondary indexes of the "
                 "table was exceeded. Consider increasing your provisioning level for the under-provisioned "
                 "global secondary indexes with the UpdateTable API."
               : "The level of configured provisioned throughput for the table was exceeded. Consider increasing "
                 "your provisioning level with the UpdateTable API.";
  }
  if (met.what == exceeded::on_demand_maximum) {
    return "Throughput exceeds the maximum OnDemandThroughput configured on table or index";
  }
  if (met.what == exceeded::account) return "Throughput exceeds the account's quota for a table or index";
  if (met.of_index && met.kind == capacity_use::write) {
    return "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically "
           "scaling your index so please try again shortly.";
  }
  return "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or "
         "index so please try again shortly. If exceptions persist, check if you have a hot key: "
         "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html.";
}

}  // namespace

error throttling_error(const throttling& met) {
  const bool provisioned = met.how == capacity_limit::mode::provisioned;
  error_detail detail;
  detail.code = errc::throttled;
  detail.message = words_of(met);
  detail.type = provisioned ? provisioned_type : on_demand_type;
  // Nothing in it needs an escape: names of tables and indexes are letters, digits and "_-.", a region is checked by who sets it.
  detail.body =
      fmt::format(R"({{"__type":"{}","{}":[{{"reason":"{}{}{}","resource":"{}"}}],"message":"{}"}})", detail.type,
                  provisioned ? "ThrottlingReasons" : "throttlingReasons", met.of_index ? "Index" : "Table",
                  met.kind == capacity_use::read ? "Read" : "Write", name_of(met.what), met.resource, detail.message);
  return error(std::move(detail));
}

}  // namespace dynamo::engine
